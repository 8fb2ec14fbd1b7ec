variable "cluster" {
  description = "EKS cluster of the release: its name, AWS account, region and partition."
  type = object({
    name      = string
    account   = string
    region    = string
    partition = optional(string, "aws")
  })
  nullable = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.cluster.account))
    error_message = "`cluster.account` must be a 12-digit AWS account id in quotes, not ${var.cluster.account}."
  }

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.cluster.region))
    error_message = "`cluster.region` must be an AWS region such as eu-central-1, not ${var.cluster.region}."
  }

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster.name))
    error_message = "`cluster.name` must be the name of an EKS cluster, not an ARN: ${var.cluster.name}."
  }
}

variable "dags" {
  description = "Bucket of Dag bundles: its ARN, its KMS key, and the team's folder in it (default: the team's name). null when Dags are not in S3."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    prefix      = optional(string)
  })
  default = null

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z!_.'()/-]*[^/]$", coalesce(try(var.dags.prefix, null), var.team)))
    error_message = "`dags.prefix` must be a folder without * and without a leading or trailing slash. A pattern would expose the Dags of other teams."
  }
}

variable "database" {
  description = "Metadata database with IAM authentication: its resource id (db-…) and the database user. null when components use a password. Tasks never connect to it."
  type = object({
    resource_id = string
    user        = string
  })
  default = null

  validation {
    condition     = try(!strcontains(var.database.user, "*"), true)
    error_message = "`database.user` must be the name of one user, without *. A pattern would allow logins as other users."
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

variable "launcher" {
  description = "Whether tasks may launch pods, as the value `allowPodLaunching` of the chart says. The launched pods then get the permissions of tasks."
  type        = bool
  default     = false
  nullable    = false
}

variable "logs" {
  description = "Bucket of task logs: its ARN, its KMS key, and the team's folder in it (default: the team's name). null when logs stay in the cluster."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    prefix      = optional(string)
  })
  default = null

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z!_.'()/-]*[^/]$", coalesce(try(var.logs.prefix, null), var.team)))
    error_message = "`logs.prefix` must be a folder without * and without a leading or trailing slash. A pattern would expose the logs of other teams."
  }
}

variable "mode" {
  description = "How pods get their role: `pod_identity`, or `irsa` for clusters without the Pod Identity agent."
  type        = string
  default     = "pod_identity"
  nullable    = false

  validation {
    condition     = contains(["pod_identity", "irsa"], var.mode)
    error_message = "`mode` must be pod_identity or irsa, not ${var.mode}."
  }
}

variable "name" {
  description = "Name of the Helm release. Names of its ServiceAccounts and roles begin with it."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name))
    error_message = "`name` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.name}."
  }
}

variable "namespaces" {
  description = "Namespaces of the components (`release`) and of tasks (`tasks`). Default: `<name>-<team>` and `<name>-<team>-tasks`, as in the module release."
  type = object({
    release = optional(string)
    tasks   = optional(string)
  })
  default  = {}
  nullable = false
}

variable "oidc" {
  description = "OIDC provider of the cluster: its ARN in IAM and the issuer URL. Required with `mode = \"irsa\"`."
  type = object({
    provider_arn = string
    issuer       = string
  })
  default = null

  validation {
    condition     = var.mode != "irsa" || var.oidc != null
    error_message = "`oidc` is required when `mode` is irsa. Set `provider_arn` and `issuer`; `aws eks describe-cluster` shows the issuer."
  }

  validation {
    condition     = try(startswith(var.oidc.issuer, "https://"), true)
    error_message = "`oidc.issuer` must be a URL that starts with https://, as `aws eks describe-cluster` shows it."
  }

  validation {
    condition     = try(endswith(var.oidc.provider_arn, ":oidc-provider/${trimprefix(var.oidc.issuer, "https://")}"), true)
    error_message = "`oidc.provider_arn` must be the provider of `oidc.issuer`: the ARN must end with the issuer's host and path."
  }
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary of all roles, an output of terraform/bootstrap. Required in prod."
  type        = string
  default     = null

  validation {
    condition     = coalesce(var.tier, var.environment) != "prod" || var.permissions_boundary != null
    error_message = "`permissions_boundary` is required in prod. Apply terraform/bootstrap and set the ARN that it outputs."
  }

  validation {
    condition     = var.permissions_boundary == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/", var.permissions_boundary))
    error_message = "`permissions_boundary` must be the ARN of an IAM policy, such as arn:aws:iam::111122223333:policy/airflow/prod/airflow-prod-boundary."
  }
}

variable "secrets" {
  description = "Access to Secrets Manager: the KMS key of the secrets. `platform`: components read the platform's secrets themselves (CSI driver). `test_connections`: connections may be tested in the UI. null for no access."
  type = object({
    kms_key_arn      = string
    platform         = optional(bool, false)
    test_connections = optional(bool, false)
  })
  default = null
}

variable "tags" {
  description = "Tags of roles and associations, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "task_statements" {
  description = "Additional permissions of the team's tasks: name (letters and digits) to actions, resources and conditions. `*` as a resource requires a `reason`. `triggerer = true` grants them to deferred tasks, too."
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
    error_message = "Names in `task_statements` must consist of letters and digits, as IAM requires. Rename ${join(", ", [for sid in keys(var.task_statements) : sid if !can(regex("^[0-9A-Za-z]+$", sid))])}."
  }

  validation {
    condition     = length(setintersection(keys(var.task_statements), local.names)) == 0
    error_message = "Names in `task_statements` that are reserved for Airflow's own statements: ${join(", ", setintersection(keys(var.task_statements), local.names))}. Rename them."
  }

  validation {
    condition = alltrue([
      for statement in values(var.task_statements) :
      statement.reason != null || !anytrue([for resource in statement.resources : resource == "*"])
    ])
    error_message = "A statement in `task_statements` with the resource * requires a `reason`. Explain why no ARN is possible, or name ARNs."
  }

  validation {
    condition = alltrue(flatten([
      for statement in values(var.task_statements) : [
        for action in statement.actions : can(regex("^[0-9a-z-]+:[A-Za-z]", action)) && !can(regex("^(iam|organizations|rds-db|secretsmanager):", action))
      ]
    ]))
    error_message = "`task_statements` must list actions of one service each, such as s3:GetObject. Actions of iam, organizations, rds-db and secretsmanager are not allowed for tasks; tasks read secrets through connections."
  }

  validation {
    condition = alltrue(flatten([
      for statement in values(var.task_statements) : [
        for action in statement.actions : !startswith(action, "kms:") || (
          contains(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], action)
          && alltrue([for resource in statement.resources : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$", resource))])
        )
      ]
    ]))
    error_message = "`task_statements` with actions of kms may contain only kms:Decrypt, kms:DescribeKey and kms:GenerateDataKey, and must name the ARN of each key, without *: the key of an encrypted bucket, for example."
  }
}

variable "team" {
  description = "Name of the team that owns the release."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must consist of lower-case letters, digits and single dashes, not ${var.team}. Two dashes separate the team from the id in names of secrets."
  }

  validation {
    condition     = length("${var.name}-${var.environment}-${var.team}-${local.longest_account}") <= 64
    error_message = "The role name ${var.name}-${var.environment}-${var.team}-${local.longest_account} exceeds the 64 characters that IAM allows. Shorten `team` or `name`."
  }
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
