variable "lookup_values" {
  description = "By team, values of connections and variables with a new revision: `connections/<id>` or `variables/<id>` -> value. Set it in TF_VAR_lookup_values, never in a file of this repository."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true
}
