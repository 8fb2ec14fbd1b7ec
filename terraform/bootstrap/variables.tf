variable "environment" {
  description = "Name of the environment, a folder of environments/ with an environment.yaml."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${path.module}/../../environments/${var.environment}/environment.yaml")
    error_message = "`environment` must be a folder of environments/ with an environment.yaml, but environments/${var.environment}/environment.yaml does not exist."
  }

  validation {
    condition     = can(yamldecode(file("${path.module}/../../environments/${var.environment}/environment.yaml")).terraform.ci)
    error_message = "environments/${var.environment}/environment.yaml has no `terraform.ci`. Add it, or choose an environment that CI applies on AWS."
  }
}
