variable "cluster" {
  description = "The EKS cluster that the release runs on, and where it is."
  type = object({
    name      = string
    account   = string
    region    = string
    partition = optional(string, "aws")
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.cluster.account))
    error_message = "`cluster.account` must be the 12 digits of an AWS account, in quotes."
  }

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.cluster.region))
    error_message = "`cluster.region` must be the name of an AWS region, such as eu-central-1, not ${var.cluster.region}."
  }

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster.name))
    error_message = "`cluster.name` must be the name of an EKS cluster, not its ARN."
  }
}

variable "dags" {
  description = "The bucket of Dag bundles, the folder of this team in it (default: the team's name) and its key; null when Dags come another way."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    prefix      = optional(string)
  })
  default = null

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z!_.'()/-]*[^/]$", coalesce(try(var.dags.prefix, null), var.team)))
    error_message = "`dags.prefix` must be a folder without * and without a slash at its ends: a wider one shows other teams' Dags."
  }
}

variable "database" {
  description = "Log in to the metadata database by IAM: its resource id (db-…) and the user; null for a password. Tasks never do."
  type = object({
    resource_id = string
    user        = string
  })
  default = null

  validation {
    condition     = try(!strcontains(var.database.user, "*"), true)
    error_message = "`database.user` must be one user: a pattern would open those of others."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must be lower-case letters, digits and dashes."
  }
}

variable "launcher" {
  description = "Whether tasks may launch pods (`allowPodLaunching` of the chart): the ServiceAccount pod-launcher may do what the worker does."
  type        = bool
  default     = false
  nullable    = false
}

variable "logs" {
  description = "The bucket of task logs, the folder of this team in it (default: the team's name) and its key; null when logs stay in the cluster."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    prefix      = optional(string)
  })
  default = null

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z!_.'()/-]*[^/]$", coalesce(try(var.logs.prefix, null), var.team)))
    error_message = "`logs.prefix` must be a folder without * and without a slash at its ends: a wider one shows other teams' logs."
  }
}

variable "mode" {
  description = "How pods get their role: `pod_identity`, or `irsa` where the cluster has no Pod Identity agent."
  type        = string
  default     = "pod_identity"
  nullable    = false

  validation {
    condition     = contains(["pod_identity", "irsa"], var.mode)
    error_message = "`mode` must be pod_identity or irsa, not ${var.mode}."
  }
}

variable "name" {
  description = "Name of the Helm release, first word of its ServiceAccounts and of the roles."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name))
    error_message = "`name` must be lower-case letters, digits and dashes."
  }
}

variable "namespaces" {
  description = "Where the components run (`release`) and where tasks do (`tasks`); by default as the module release names them."
  type = object({
    release = optional(string)
    tasks   = optional(string)
  })
  default  = {}
  nullable = false
}

variable "oidc" {
  description = "The cluster's OIDC provider in IAM and its issuer, as the cluster states them; needed by `irsa` only."
  type = object({
    provider_arn = string
    issuer       = string
  })
  default = null

  validation {
    condition     = var.mode != "irsa" || var.oidc != null
    error_message = "`oidc` is needed when `mode` is irsa: the provider's ARN, and the issuer that the cluster states."
  }

  validation {
    condition     = try(startswith(var.oidc.issuer, "https://"), true)
    error_message = "`oidc.issuer` must be the URL that the cluster states, with https://."
  }

  validation {
    condition     = try(endswith(var.oidc.provider_arn, ":oidc-provider/${trimprefix(var.oidc.issuer, "https://")}"), true)
    error_message = "`oidc.provider_arn` must be the provider of `oidc.issuer`: their host and path differ."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds all roles, whatever they are granted; terraform/bootstrap makes it. Needed in prod."
  type        = string
  default     = null

  validation {
    condition     = var.environment != "prod" || var.permissions_boundary != null
    error_message = "`permissions_boundary` is needed in prod: apply terraform/bootstrap and state the ARN that it puts out."
  }

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/", var.permissions_boundary))
    error_message = "`permissions_boundary` must be the ARN of an IAM policy."
  }
}

variable "secrets" {
  description = "What is read of Secrets Manager, with the key of the secrets; null when nothing is. `platform`: components mount the platform's secrets themselves (CSI); `test_connections`: the API server may test connections."
  type = object({
    kms_key_arn      = string
    platform         = optional(bool, false)
    test_connections = optional(bool, false)
  })
  default = null
}

variable "tags" {
  description = "Tags of roles and associations, beside those that the provider sets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "task_statements" {
  description = "What the team's tasks may do beside: name (letters and digits) to actions, resources, conditions. Resources `*` need a `reason`. With `triggerer` deferred tasks may, too."
  type = map(object({
    actions   = list(string)
    resources = list(string)
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
    reason    = optional(string)
    triggerer = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for sid in keys(var.task_statements) : can(regex("^[0-9A-Za-z]+$", sid))])
    error_message = "Names in `task_statements` must be letters and digits: IAM takes no others."
  }

  validation {
    condition     = length(setintersection(keys(var.task_statements), local.names)) == 0
    error_message = "`task_statements` must not take the name of a statement that Airflow needs: choose another than ${join(", ", setintersection(keys(var.task_statements), local.names))}."
  }

  validation {
    condition = alltrue([
      for statement in values(var.task_statements) :
      statement.reason != null || !anytrue([for resource in statement.resources : resource == "*"])
    ])
    error_message = "A statement of `task_statements` on * needs a `reason`: say why no ARN will do, or name one."
  }

  validation {
    condition = alltrue(flatten([
      for statement in values(var.task_statements) : [
        for action in statement.actions : can(regex("^[0-9a-z-]+:[A-Za-z]", action)) && !can(regex("^(iam|kms|organizations|rds-db|secretsmanager):", action))
      ]
    ]))
    error_message = "`task_statements` must name actions of a service, such as s3:GetObject; those of iam, kms, organizations, rds-db and secretsmanager are not for tasks: connections are what they read."
  }
}

variable "team" {
  description = "The team that owns the release."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must be lower-case letters, digits and single dashes: two dashes end a team's name in the names of its secrets."
  }

  validation {
    condition     = length("${var.name}-${var.environment}-${var.team}-${local.longest_account}") <= 64
    error_message = "`team` is too long: IAM takes 64 characters, ${var.name}-${var.environment}-${var.team}-${local.longest_account} has more. Shorten `name` or `team`."
  }
}
