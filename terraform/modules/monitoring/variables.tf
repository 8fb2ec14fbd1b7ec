variable "airflow_version" {
  description = "Airflow version for the tag `version` of monitors and service level objectives. Default: no tag, because teams may run different versions."
  type        = string
  default     = null
}

variable "databases" {
  description = "RDS instances: team to identifier of the instance. Without instances there are no database monitors."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for identifier in values(var.databases) : can(regex("^[a-z][a-z0-9-]{0,62}$", identifier))])
    error_message = "`databases` must map teams to identifiers of RDS instances, which consist of lower-case letters, digits and dashes: ${join(", ", values(var.databases))}."
  }
  validation {
    condition     = alltrue([for team in keys(var.databases) : contains(var.teams, team)])
    error_message = "`databases` has teams that are missing in `teams`: ${join(", ", setsubtract(keys(var.databases), var.teams))}."
  }
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod. Monitors page only in prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "external_secrets" {
  description = "Whether Datadog collects the metrics of the External Secrets Operator, by the check `external_secrets` of its community integrations. Adds a monitor of ExternalSecrets that are not ready."
  type        = bool
  default     = false
  nullable    = false
}

variable "name" {
  description = "Name of the Helm releases, and prefix of their namespaces."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name))
    error_message = "`name` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.name}."
  }
}

variable "notify" {
  description = "Datadog handles to notify, such as @slack-airflow: `page` for urgent alerts in prod, `warn` for all others."
  type = object({
    page = optional(string)
    warn = string
  })
  nullable = false

  validation {
    condition     = alltrue([for handle in compact(values(var.notify)) : startswith(handle, "@")])
    error_message = "Handles in `notify` must begin with @, such as @pagerduty-airflow."
  }
  validation {
    condition     = coalesce(var.tier, var.environment) != "prod" || var.notify.page != null
    error_message = "`notify.page` is required in prod. Set a handle such as @pagerduty-airflow."
  }
}

variable "objectives" {
  description = "Service level objectives in percent: successful tasks (`tasks_succeed`) and scheduler uptime (`scheduler_beats`). `warning` must be above `target`; `timeframe` is 7d, 30d or 90d."
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
    error_message = "In `objectives`, `warning` must be above `target`, and both between 0 and 100."
  }
  validation {
    condition     = alltrue([for one in values(var.objectives) : contains(["7d", "30d", "90d"], one.timeframe)])
    error_message = "In `objectives`, `timeframe` must be 7d, 30d or 90d."
  }
}

variable "owner" {
  description = "Owner of dashboards and monitors, as their tag `team`."
  type        = string
  default     = "platform"
  nullable    = false
}

variable "pgbouncer" {
  description = "Whether releases use PgBouncer. Adds a monitor of its waiting clients."
  type        = bool
  default     = false
  nullable    = false
}

variable "runbooks" {
  description = "URL of docs/operations/monitors.md. Each monitor links to its section."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[^\\s#\"\\\\]+$", var.runbooks))
    error_message = "`runbooks` must be an https:// URL without a fragment, because monitors append theirs, not ${var.runbooks}."
  }
}

variable "service" {
  description = "Tag `service` of the metrics, as the chart sets it."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_.-]*$", var.service))
    error_message = "`service` must be a valid Datadog tag of lower-case letters, digits, dashes, dots and underscores, not ${var.service}."
  }
}

variable "team_notify" {
  description = "Datadog handles of teams: they get the warnings of their team instead of `notify.warn`, and its pages in addition to `notify.page`."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for handle in flatten(values(var.team_notify)) : startswith(handle, "@")])
    error_message = "Handles of teams (`teams.TEAM.notify` in environment.yaml) must begin with @, such as @slack-finance, not ${join(", ", [for handle in flatten(values(var.team_notify)) : handle if !startswith(handle, "@")])}."
  }
  validation {
    condition     = length(setsubtract(keys(var.team_notify), var.teams)) == 0
    error_message = "`team_notify` has teams that are missing in `teams`: ${join(", ", setsubtract(keys(var.team_notify), var.teams))}."
  }
}

variable "teams" {
  description = "Names of the environment's teams. Each gets its own service level objectives."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.teams) > 0
    error_message = "`teams` must contain at least one team."
  }
}

variable "thresholds" {
  description = "Thresholds of the monitors. Names include the unit; the module converts to the unit of the metric."
  type = object({
    agents_report_percent         = optional(number, 65)
    api_healthy_percent           = optional(number, 50)
    blocked_triggers              = optional(number, 5)
    capacity_left                 = optional(number, 1)
    conditions_of_pressure        = optional(number, 0)
    containers_without_image      = optional(number, 0)
    crash_looping_containers      = optional(number, 0)
    crash_looping_task_containers = optional(number, 0)
    database_connections          = optional(number, 150)
    database_cpu_percent          = optional(number, 80)
    database_memory_mib           = optional(number, 256)
    database_storage_percent      = optional(number, 5)
    evicted_pods                  = optional(number, 0)
    executor_open_slots           = optional(number, 1)
    failed_dag_runs               = optional(number, 0)
    failed_pods                   = optional(number, 5)
    failed_tasks                  = optional(number, 5)
    failed_tasks_percent          = optional(number, 20)
    file_age_seconds              = optional(number, 900)
    heartbeats                    = optional(number, 1)
    import_errors                 = optional(number, 0)
    killed_externally             = optional(number, 5)
    long_tasks                    = optional(number, 0)
    missed_deadlines              = optional(number, 0)
    oom_killed_containers         = optional(number, 0)
    orphaned_tasks                = optional(number, 5)
    parse_seconds                 = optional(number, 120)
    pending_pod_seconds           = optional(number, 600)
    processor_timeouts            = optional(number, 0)
    queued_tasks                  = optional(number, 10)
    quota_percent                 = optional(number, 90)
    restarts                      = optional(number, 3)
    schedule_delay_seconds        = optional(number, 300)
    scheduler_loop_seconds        = optional(number, 30)
    starving_tasks                = optional(number, 0)
    task_starts                   = optional(number, 1)
    tasks_without_heartbeats      = optional(number, 5)
    unready_secrets               = optional(number, 0)
    unschedulable_pods            = optional(number, 0)
    volume_percent                = optional(number, 85)
    waiting_clients               = optional(number, 5)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for threshold in values(var.thresholds) : threshold >= 0])
    error_message = "`thresholds` must not be negative. Change ${join(", ", [for name, threshold in var.thresholds : name if threshold < 0])}."
  }
  validation {
    condition     = alltrue([for name, threshold in var.thresholds : threshold < 100 if endswith(name, "_percent")])
    error_message = "`thresholds` in percent must be below 100; no value exceeds 100 %. Change ${join(", ", [for name, threshold in var.thresholds : name if endswith(name, "_percent") && threshold >= 100])}."
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

variable "validate" {
  description = "Whether plans validate the monitors with Datadog's API. Set false for plans without an account."
  type        = bool
  default     = true
  nullable    = false
}
