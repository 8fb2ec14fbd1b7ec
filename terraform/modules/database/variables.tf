variable "alarms" {
  description = "Thresholds of the CloudWatch alarms, each over 15 minutes. The SNS topics in `topic_arns` are notified when an alarm starts and ends."
  type = object({
    connections     = optional(number, 150)
    cpu_percent     = optional(number, 80)
    free_memory_mb  = optional(number, 256)
    free_storage_gb = optional(number)
    topic_arns      = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = (
      var.alarms.connections > 0 && var.alarms.free_memory_mb > 0 && coalesce(var.alarms.free_storage_gb, 1) > 0
      && var.alarms.cpu_percent > 0 && var.alarms.cpu_percent < 100
    )
    error_message = "Thresholds in `alarms` must be above 0, and `cpu_percent` below 100."
  }

  validation {
    condition     = alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$", arn))])
    error_message = "`alarms.topic_arns` must contain ARNs of SNS topics, such as arn:aws:sns:eu-central-1:111122223333:oncall."
  }
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the database. Must be true in prod."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.deletion_protection || coalesce(var.tier, var.environment) != "prod"
    error_message = "`deletion_protection` must be true in prod. Without it, one apply could delete the database."
  }
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && !strcontains(var.environment, "--")
    error_message = "`environment` must consist of lower-case letters, digits and single dashes, and start with a letter, not ${var.environment}."
  }
}

variable "final_snapshot" {
  description = "Whether deleting the database keeps a final snapshot and the automated backups. Must be true in prod."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.final_snapshot || coalesce(var.tier, var.environment) != "prod"
    error_message = "`final_snapshot` must be true in prod. Without it, a deleted database cannot be restored."
  }
}

variable "instance" {
  description = "Instance: class, storage, version, backups and `parameters` of PostgreSQL. Windows are in UTC. Changes wait for the maintenance window unless `apply_immediately` is true."
  type = object({
    allow_major_version_upgrade = optional(bool, false)
    apply_immediately           = optional(bool, false)
    backup_days                 = optional(number, 14)
    backup_window               = optional(string, "02:00-03:00")
    class                       = optional(string, "db.t4g.medium")
    engine_version              = optional(string, "16")
    maintenance_window          = optional(string, "sun:03:30-sun:04:30")
    max_storage_gb              = optional(number, 200)
    multi_az                    = optional(bool, false)
    parameters                  = optional(map(string), {})
    storage_gb                  = optional(number, 20)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.instance.multi_az || coalesce(var.tier, var.environment) != "prod"
    error_message = "`instance.multi_az` must be true in prod. Without a standby, Airflow stops when the database's zone fails."
  }

  validation {
    condition     = var.instance.backup_days >= 1 && var.instance.backup_days <= 35
    error_message = "`instance.backup_days` must be between 1 and 35, the limits of RDS."
  }

  validation {
    condition     = startswith(var.instance.class, "db.")
    error_message = "`instance.class` must be an RDS instance class, such as db.m7g.large, not ${var.instance.class}."
  }

  validation {
    condition     = can(regex("^1[3-9](\\.[0-9]+)?$", var.instance.engine_version))
    error_message = "`instance.engine_version` must be a PostgreSQL version that Airflow supports, 13 or newer, such as 16 or 16.4, not ${var.instance.engine_version}."
  }

  validation {
    condition     = var.instance.storage_gb >= 20 && var.instance.max_storage_gb >= 1.1 * var.instance.storage_gb
    error_message = "`instance.storage_gb` must be at least 20, and `instance.max_storage_gb` at least 10 % more. RDS rejects other combinations."
  }

  validation {
    condition     = !contains(keys(var.instance.parameters), "rds.force_ssl")
    error_message = "Remove rds.force_ssl from `instance.parameters`. The module always sets it to 1, so that the database rejects connections without TLS."
  }
}

variable "kept" {
  description = "Names of secrets that exist: if the password is one of them, it stays."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the storage, its snapshots and the password."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key, not of an alias: ${var.kms_key_arn}."
  }
}

variable "network" {
  description = "VPC, at least two subnets in different zones, and the clients: security groups of the cluster's nodes or pods, or CIDRs of networks where security groups are not possible."
  type = object({
    client_cidrs              = optional(set(string), [])
    client_security_group_ids = optional(set(string), [])
    subnet_ids                = set(string)
    vpc_id                    = string
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "`network.subnet_ids` must contain at least two subnets in different zones, as RDS requires."
  }

  validation {
    condition     = length(var.network.client_security_group_ids) + length(var.network.client_cidrs) > 0
    error_message = "`network` must name at least one client, or nothing could connect to the database. Set `client_security_group_ids` to the security group of the cluster."
  }

  validation {
    condition     = alltrue([for id in var.network.client_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "`network.client_security_group_ids` must contain ids of security groups, such as sg-0123456789abcdef0."
  }

  validation {
    # A limit of the size, because 0.0.0.0/1 and 128.0.0.0/1 together are 0.0.0.0/0.
    condition = alltrue([
      for cidr in var.network.client_cidrs :
      can(cidrhost(cidr, 0)) && tonumber(split("/", cidr)[1]) >= (strcontains(cidr, ":") ? 32 : 8)
    ])
    error_message = "`network.client_cidrs` must contain CIDRs of at most the size /8 (IPv6: /32), such as 10.0.0.0/8. Larger ones include networks of others."
  }
}

variable "password" {
  description = "Password: a new `revision` generates a new one, for the secret and the database in the same apply. `recovery_window_days` is the number of days for which a deleted secret can be restored."
  type = object({
    recovery_window_days = optional(number, 30)
    revision             = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password.revision >= 1 && floor(var.password.revision) == var.password.revision
    error_message = "`password.revision` must be a whole number, at least 1."
  }

  validation {
    condition     = var.password.recovery_window_days == 0 || (var.password.recovery_window_days >= 7 && var.password.recovery_window_days <= 30)
    error_message = "`password.recovery_window_days` must be between 7 and 30, or 0 to delete the secret at once, not ${var.password.recovery_window_days}."
  }

  validation {
    condition     = var.password.recovery_window_days > 0 || coalesce(var.tier, var.environment) != "prod"
    error_message = "`password.recovery_window_days` must be at least 7 in prod, so that a deleted password can be restored."
  }
}

variable "retiring" {
  description = "Whether the next apply may delete the database: turns off its protection, also in prod, and gives the final snapshot a name of its own."
  type        = bool
  default     = false
  nullable    = false
}

variable "snapshot" {
  description = "Snapshot from which the database is created, such as the last one of a team that returns; null for an empty one. It counts only at creation."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all resources, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "team" {
  description = "Name of the team that owns the database."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must consist of lower-case letters, digits and single dashes, and start with a letter, not ${var.team}."
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
