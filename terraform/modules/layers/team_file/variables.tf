variable "lower" {
  description = "The layers below the team's file as values, the lowest one first."
  type        = any
  nullable    = false
}

variable "rules" {
  description = "All of rules.json."
  type        = any
  nullable    = false
}

variable "team" {
  description = "The name of the file without .yaml."
  type        = string
  nullable    = false
}

variable "text" {
  description = "The text of the file."
  type        = string
  nullable    = false
}
