variable "environment" {
  description = "The environment, a folder of environments/: its facts are read there."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${path.module}/../../environments/${var.environment}/environment.yaml")
    error_message = "`environment` must be a folder of environments/ with an environment.yaml, not ${var.environment}."
  }

  validation {
    condition     = can(yamldecode(file("${path.module}/../../environments/${var.environment}/environment.yaml")).terraform.ci)
    error_message = "`environment` must have facts of AWS and of CI: ${var.environment} has no `terraform.ci` in its environment.yaml."
  }
}
