variable "environment" {
  description = "Name of the environment, such as local, nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 63
    error_message = "`environment` must consist of at most 63 lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}
