variable "lookup_values" {
  description = "By team, what connections and variables hold whose revision is new: `connections/<id>` or `variables/<id>`, then the text. In TF_VAR_lookup_values, never in a file here."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true
}
