variable "account" {
  description = "AWS account id of the registry."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be a 12-digit AWS account id in quotes, not ${var.account}."
  }
}

variable "kept_images" {
  description = "Number of images that are kept; older ones are deleted."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.kept_images >= 10 && floor(var.kept_images) == var.kept_images
    error_message = "`kept_images` must be a whole number, at least 10, not ${var.kept_images}: a release may run an older image."
  }
}

variable "name" {
  description = "Name of the repository."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", var.name)) && length(var.name) <= 40
    error_message = "`name` must consist of at most 40 lower-case letters, digits and single . _ - or / between them, not ${var.name}."
  }
}

variable "oidc_provider_arn" {
  description = "ARN of the OIDC provider for CI in IAM."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/.+", var.oidc_provider_arn))
    error_message = "`oidc_provider_arn` must be the ARN of an OIDC provider in IAM, such as arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com."
  }
}

variable "partition" {
  description = "AWS partition."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "`partition` must be aws, aws-cn or aws-us-gov, not ${var.partition}."
  }
}

variable "readers" {
  description = "Ids of other AWS accounts whose nodes pull the images."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for account in var.readers : can(regex("^[0-9]{12}$", account))])
    error_message = "`readers` must contain 12-digit AWS account ids in quotes, not ${join(", ", var.readers)}."
  }
}

variable "region" {
  description = "AWS region of the registry."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "`region` must be an AWS region such as eu-central-1, not ${var.region}."
  }
}

variable "subject" {
  description = "Subject of the OIDC token of the workflow that pushes images."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^*?]+$", var.subject))
    error_message = "`subject` must be one exact subject without * and ?. A pattern would let other workflows push images."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
