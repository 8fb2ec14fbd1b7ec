variable "account" {
  description = "AWS account id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be a 12-digit AWS account id in quotes, not ${var.account}."
  }
}

variable "dag_version_days" {
  description = "Days for which an overwritten or deleted Dag file can be restored."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.dag_version_days >= 1 && floor(var.dag_version_days) == var.dag_version_days
    error_message = "`dag_version_days` must be a whole number, at least 1, not ${var.dag_version_days}."
  }
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "force_destroy" {
  description = "Whether deleting a bucket deletes its objects, too. Must be false in prod."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.force_destroy && coalesce(var.tier, var.environment) == "prod")
    error_message = "`force_destroy` must be false in prod. With it, `terraform destroy` would delete all logs and Dags."
  }
}

variable "log_retention_days" {
  description = "Days after which task logs are deleted."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.log_retention_days >= 1 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "`log_retention_days` must be a whole number, at least 1, not ${var.log_retention_days}."
  }
}

variable "names" {
  description = "Names of the buckets. Default: airflow-<environment>-dags-<account> and airflow-<environment>-logs-<account>."
  type = object({
    dags = optional(string)
    logs = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.names.dags == null || var.names.logs == null || var.names.dags != var.names.logs
    error_message = "`names.dags` and `names.logs` must be different buckets, because retention differs."
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

variable "tags" {
  description = "Tags of all resources, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "tier" {
  description = "`prod` for the guard rails of production; default: the name of the environment."
  type        = string
  default     = null

  validation {
    condition     = var.tier == null || contains(["nonprod", "prod"], coalesce(var.tier, "prod"))
    error_message = "`tier` must be prod or nonprod, not ${coalesce(var.tier, "null")}."
  }
}
