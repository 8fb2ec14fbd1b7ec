variable "provider_arn" {
  description = "ARN of the OIDC provider in IAM."
  type        = string
  nullable    = false
}

variable "sid" {
  description = "Name of the statement, after the holder of the token."
  type        = string
  nullable    = false
}

variable "subjects" {
  description = "Subjects of the tokens that are accepted, without patterns."
  type        = list(string)
  nullable    = false
}
