variable "account" {
  description = "AWS account id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be a 12-digit AWS account id in quotes, not ${var.account}."
  }
}

variable "cluster_name" {
  description = "Name of the EKS cluster on which CI may associate roles with pods."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "`cluster_name` must be the name of an EKS cluster, not an ARN: ${var.cluster_name}."
  }
}

variable "empties_buckets" {
  description = "Whether CI may delete the objects of the environment's buckets, which `storage.force_destroy` requires."
  type        = bool
  default     = false
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 30
    error_message = "`environment` must consist of at most 30 lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "grants" {
  description = "Grants of the environment: name to actions and resources that roles of the environment may be granted."
  type = map(object({
    actions   = list(string)
    resources = list(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.grants) : can(regex("^[0-9A-Za-z]+$", name))])
    error_message = "Names of `grants` must consist of letters and digits, as IAM requires: rename ${join(", ", [for name in keys(var.grants) : name if !can(regex("^[0-9A-Za-z]+$", name))])}."
  }

  validation {
    condition     = alltrue(flatten([for grant in values(var.grants) : [for action in grant.actions : can(regex("^[0-9a-z-]+:[0-9A-Za-z*]+$", action))]]))
    error_message = "`grants` must contain actions with a service, such as s3:GetObject. A plain * would remove the limit of all roles."
  }
}

variable "nightly_drift" {
  description = "Whether jobs of the GitHub environment `<environment>-drift`, which needs no approval, have the role of plans, too. It must exist before, for protected branches only."
  type        = bool
  default     = false
  nullable    = false
}

variable "oidc_provider_arn" {
  description = "ARN of the OIDC provider for CI in IAM, such as the one of token.actions.githubusercontent.com."
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

variable "region" {
  description = "AWS region of the environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "`region` must be an AWS region such as eu-central-1, not ${var.region}."
  }
}

variable "repository" {
  description = "GitHub repository whose CI applies the environment, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_.-]+/[0-9A-Za-z_.-]+$", var.repository))
    error_message = "`repository` must be owner/name without * and without a host, not ${var.repository}."
  }
}

variable "services" {
  description = "Actions that roles may be granted on any resource before this is applied again, besides those of `grants`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for action in var.services : can(regex("^[0-9a-z-]+:[0-9A-Za-z*]+$", action))])
    error_message = "`services` must contain actions with a service, such as glue:* or sns:Publish. A plain * would remove the limit."
  }

  validation {
    condition     = alltrue([for action in var.services : !can(regex("^(iam|kms|organizations|s3|secretsmanager|sts):", action))])
    error_message = "`services` must not contain actions of iam, kms, organizations, s3, secretsmanager or sts, which are never allowed on any resource: name the resource in a grant."
  }
}

variable "subject" {
  description = "Subject of CI's OIDC token. Default: a job in the GitHub environment named like `environment`."
  type        = string
  default     = null

  validation {
    condition     = var.subject == null || can(regex("^[^*?]+$", var.subject))
    error_message = "`subject` must be one exact subject without * and ?. A pattern would let other workflows assume the role."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to the provider's default tags. `part-of` must not be airflow, because CI may change resources with that tag."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = lookup(var.tags, "part-of", "") != "airflow"
    error_message = "`tags` must not contain `part-of = airflow`, because CI may change resources with that tag."
  }
}

variable "teams" {
  description = "Teams of the environment: CI may change the policies of their tasks in the cluster."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.teams) > 0
    error_message = "`teams` is empty: an environment has a file in teams/ for each team."
  }
}

variable "vpc_id" {
  description = "Id of the cluster's VPC, in which CI may create security groups."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "`vpc_id` must be the id of a VPC, such as vpc-08f7e6d5c4b3a2910, not ${var.vpc_id}."
  }
}
