variable "above" {
  description = "The nodes of the level above."
  type        = any
  nullable    = false
}

variable "rules" {
  description = "Rules by path."
  type        = any
  nullable    = false
}
