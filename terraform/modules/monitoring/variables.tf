variable "airflow_version" {
  description = "The version of Airflow, as a tag `version` of monitors and service levels; none by default, since teams may differ."
  type        = string
  default     = null
}

variable "databases" {
  description = "The RDS instance of each team that has one: team, then identifier. Without any there are no monitors of databases."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for identifier in values(var.databases) : can(regex("^[a-z][a-z0-9-]{0,62}$", identifier))])
    error_message = "`databases` must hold identifiers of RDS instances: lower-case letters, digits and dashes."
  }
  validation {
    condition     = alltrue([for team in keys(var.databases) : contains(var.teams, team)])
    error_message = "`databases` names a team that is none of `teams`: ${join(", ", setsubtract(keys(var.databases), var.teams))}."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, … Monitors page in prod and notify elsewhere."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must be lower-case letters, digits and dashes."
  }
}

variable "name" {
  description = "Name of the releases, and the first word of their namespaces."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name))
    error_message = "`name` must be lower-case letters, digits and dashes."
  }
}

variable "notify" {
  description = "Handles of Datadog that are told, such as @slack-airflow: `page` of what cannot wait, in prod only; `warn` of all else."
  type = object({
    page = optional(string)
    warn = string
  })
  nullable = false

  validation {
    condition     = alltrue([for handle in compact(values(var.notify)) : startswith(handle, "@")])
    error_message = "`notify` must hold handles that begin with @, such as @pagerduty-airflow."
  }
  validation {
    condition     = var.environment != "prod" || var.notify.page != null
    error_message = "prod must page somebody: set `notify.page` to a handle, such as @pagerduty-airflow."
  }
}

variable "objectives" {
  description = "Service levels: how many percent of tasks succeed, and of the time the scheduler is alive; `warning` is above `target`."
  type = object({
    scheduler_beats = optional(object({
      target    = optional(number, 99.5)
      warning   = optional(number, 99.9)
      timeframe = optional(string, "30d")
    }), {})
    tasks_succeed = optional(object({
      target    = optional(number, 98)
      warning   = optional(number, 99)
      timeframe = optional(string, "30d")
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for one in values(var.objectives) : one.target > 0 && one.target < one.warning && one.warning < 100])
    error_message = "`objectives` must have a `warning` above its `target`, and both below 100."
  }
  validation {
    condition     = alltrue([for one in values(var.objectives) : contains(["7d", "30d", "90d"], one.timeframe)])
    error_message = "`objectives` know the timeframes 7d, 30d and 90d."
  }
}

variable "owner" {
  description = "Who owns dashboards and monitors: their tag `team`."
  type        = string
  default     = "platform"
  nullable    = false
}

variable "pgbouncer" {
  description = "Whether PgBouncer stands before the databases: then its waiting clients are watched."
  type        = bool
  default     = false
  nullable    = false
}

variable "runbooks" {
  description = "URL of docs/operations/monitors.md, as people read it; each monitor links to its section."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[^\\s#\"\\\\]+$", var.runbooks))
    error_message = "`runbooks` must be an https:// URL without a fragment: monitors add theirs."
  }
}

variable "service" {
  description = "The tag `service` of metrics, as the chart has it."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_.-]*$", var.service))
    error_message = "`service` must be what a tag of Datadog may be: lower-case letters, digits, dashes, dots and underscores."
  }
}

variable "teams" {
  description = "The teams of the environment; each has its own service levels."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.teams) > 0
    error_message = "`teams` must name at least one team."
  }
}

variable "thresholds" {
  description = "Where each monitor fires; names carry the unit, whatever Datadog holds the metric in."
  type = object({
    blocked_triggers         = optional(number, 5)
    capacity_left            = optional(number, 1)
    crash_looping_containers = optional(number, 0)
    database_connections     = optional(number, 150)
    database_cpu_percent     = optional(number, 80)
    database_memory_mib      = optional(number, 256)
    database_storage_gib     = optional(number, 10)
    executor_open_slots      = optional(number, 1)
    executor_queued_tasks    = optional(number, 10)
    failed_pods              = optional(number, 5)
    failed_tasks             = optional(number, 5)
    failed_tasks_percent     = optional(number, 20)
    file_age_seconds         = optional(number, 900)
    health_answers           = optional(number, 1)
    heartbeats               = optional(number, 1)
    import_errors            = optional(number, 0)
    killed_externally        = optional(number, 5)
    orphaned_tasks           = optional(number, 5)
    parse_seconds            = optional(number, 120)
    pending_pods             = optional(number, 5)
    processor_timeouts       = optional(number, 0)
    restarts                 = optional(number, 3)
    schedule_delay_seconds   = optional(number, 300)
    starving_tasks           = optional(number, 0)
    tasks_without_heartbeats = optional(number, 5)
    waiting_clients          = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for threshold in values(var.thresholds) : threshold >= 0])
    error_message = "`thresholds` must not be negative: ${join(", ", [for name, threshold in var.thresholds : name if threshold < 0])}."
  }
  validation {
    condition     = var.thresholds.failed_tasks_percent < 100 && var.thresholds.database_cpu_percent < 100
    error_message = "`thresholds` in percent must be below 100, or nothing is ever above them."
  }
}

variable "validate" {
  description = "Let each plan ask Datadog whether it takes the monitors; false for plans without an account."
  type        = bool
  default     = true
  nullable    = false
}
