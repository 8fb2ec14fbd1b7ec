variable "alarms" {
  description = "When CloudWatch warns, each over 15 minutes, and whom: `topic_arns` of SNS hear of every alarm and of its end."
  type = object({
    connections     = optional(number, 150)
    cpu_percent     = optional(number, 80)
    free_memory_mb  = optional(number, 256)
    free_storage_gb = optional(number, 5)
    topic_arns      = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = (
      var.alarms.connections > 0 && var.alarms.free_memory_mb > 0 && var.alarms.free_storage_gb > 0
      && var.alarms.cpu_percent > 0 && var.alarms.cpu_percent < 100
    )
    error_message = "`alarms` must have thresholds above 0, and `cpu_percent` below 100."
  }

  validation {
    condition     = alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$", arn))])
    error_message = "`alarms.topic_arns` must be ARNs of SNS topics."
  }
}

variable "deletion_protection" {
  description = "Let nobody remove the database before this is false; needed in prod."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.deletion_protection || var.environment != "prod"
    error_message = "`deletion_protection` must be true in prod: one apply could remove the database."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && !strcontains(var.environment, "--")
    error_message = "`environment` must be lower-case letters, digits and single dashes, and start with a letter."
  }
}

variable "final_snapshot" {
  description = "Keep a last snapshot, and the automated backups, when the database is removed; needed in prod."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.final_snapshot || var.environment != "prod"
    error_message = "`final_snapshot` must be true in prod: nothing would be left of a database that was removed."
  }
}

variable "instance" {
  description = "The instance: its size, version, backups and `parameters` of PostgreSQL. Windows are in UTC; changes wait for the maintenance window unless `apply_immediately`."
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
    condition     = var.instance.multi_az || var.environment != "prod"
    error_message = "`instance.multi_az` must be true in prod: without a standby, a lost zone is a lost Airflow."
  }

  validation {
    condition     = var.instance.backup_days >= 1 && var.instance.backup_days <= 35
    error_message = "`instance.backup_days` must be from 1 to 35, as RDS keeps backups."
  }

  validation {
    condition     = startswith(var.instance.class, "db.")
    error_message = "`instance.class` must be a class of RDS, such as db.m7g.large."
  }

  validation {
    condition     = can(regex("^1[3-9](\\.[0-9]+)?$", var.instance.engine_version))
    error_message = "`instance.engine_version` must be a version of PostgreSQL that Airflow runs on, from 13: 16 or 16.4."
  }

  validation {
    condition     = var.instance.storage_gb >= 20 && var.instance.max_storage_gb >= 1.1 * var.instance.storage_gb
    error_message = "`instance.storage_gb` must be at least 20, and `max_storage_gb` a tenth more, as RDS grows storage."
  }

  validation {
    condition     = !contains(keys(var.instance.parameters), "rds.force_ssl")
    error_message = "`instance.parameters` must leave rds.force_ssl alone: it is on."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts the storage, its snapshots and the password."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key (of the key, not of an alias)."
  }
}

variable "network" {
  description = "The VPC, at least two subnets in different zones, and who may connect: security groups of the cluster's nodes or pods, and, where that does not do, networks."
  type = object({
    client_cidrs              = optional(set(string), [])
    client_security_group_ids = optional(set(string), [])
    subnet_ids                = set(string)
    vpc_id                    = string
  })
  nullable = false

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "`network.subnet_ids` must be at least two, in different zones: RDS asks for that."
  }

  validation {
    condition     = length(var.network.client_security_group_ids) + length(var.network.client_cidrs) > 0
    error_message = "`network.client_security_group_ids` must name the security group of the cluster: nobody could reach the database."
  }

  validation {
    condition     = alltrue([for id in var.network.client_security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "`network.client_security_group_ids` must be ids of security groups: sg-…"
  }

  validation {
    # 0.0.0.0/1 twice is 0.0.0.0/0: only networks of a size that one company has.
    condition = alltrue([
      for cidr in var.network.client_cidrs :
      can(cidrhost(cidr, 0)) && tonumber(split("/", cidr)[1]) >= (strcontains(cidr, ":") ? 32 : 8)
    ])
    error_message = "`network.client_cidrs` must be networks, the largest a /8 (or /32 of IPv6): 0.0.0.0/0 opens the database to everybody."
  }
}

variable "password" {
  description = "Another `revision` makes another password, in the same apply for the secret and the database. `recovery_window_days` is how long a removed secret can be brought back."
  type = object({
    recovery_window_days = optional(number, 30)
    revision             = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password.revision >= 1 && floor(var.password.revision) == var.password.revision
    error_message = "`password.revision` must be a whole number of at least 1."
  }

  validation {
    condition     = var.password.recovery_window_days == 0 || (var.password.recovery_window_days >= 7 && var.password.recovery_window_days <= 30)
    error_message = "`password.recovery_window_days` must be from 7 to 30, or 0 for none."
  }

  validation {
    condition     = var.password.recovery_window_days > 0 || var.environment != "prod"
    error_message = "`password.recovery_window_days` must not be 0 in prod: a removed password would be lost at once."
  }
}

variable "tags" {
  description = "Tags of everything, beside those of the provider."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "team" {
  description = "The team that owns the database."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must be lower-case letters, digits and single dashes, and start with a letter."
  }
}
