variable "account" {
  description = "The AWS account's number."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be the twelve digits of an AWS account, as text."
  }
}

variable "dag_version_days" {
  description = "Days for which a Dag file that was overwritten or removed can be brought back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.dag_version_days >= 1 && floor(var.dag_version_days) == var.dag_version_days
    error_message = "`dag_version_days` must be a whole number of at least 1."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must be lower-case letters, digits and dashes, and start with a letter."
  }
}

variable "force_destroy" {
  description = "Remove the buckets with all that is in them; refused in prod."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.force_destroy && var.environment == "prod")
    error_message = "`force_destroy` must be false in prod: with it, a destroy takes all logs and Dags along."
  }
}

variable "log_retention_days" {
  description = "Days after which task logs are removed."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.log_retention_days >= 1 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "`log_retention_days` must be a whole number of at least 1."
  }
}

variable "names" {
  description = "Names of the buckets, where airflow-<environment>-logs-<account> does not do."
  type = object({
    dags = optional(string)
    logs = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.names.dags == null || var.names.logs == null || var.names.dags != var.names.logs
    error_message = "`names` must give Dags and logs a bucket each: they live for different times."
  }
}

variable "partition" {
  description = "The AWS partition."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "`partition` must be aws, aws-cn or aws-us-gov."
  }
}

variable "tags" {
  description = "Tags of everything, beside those of the provider."
  type        = map(string)
  default     = {}
  nullable    = false
}
