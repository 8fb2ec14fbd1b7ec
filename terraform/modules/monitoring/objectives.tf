# Service level objectives (SLOs) of each team: share of successful tasks, and scheduler uptime.

locals {
  _team = { for team in var.teams : team => "${local.scope},team:${team}" }
}

resource "datadog_service_level_objective" "tasks_succeed" {
  for_each = var.teams

  type        = "metric"
  name        = "Airflow ${var.environment}: task success rate (${each.key})"
  description = "Successful tasks as a share of all finished tasks. Attempts that are retried do not count as finished."
  tags        = concat(local.tags, ["objective:tasks_succeed", "owner:${each.key}"])
  validate    = var.validate

  query {
    numerator   = "sum:airflow.ti.finish{${local._team[each.key]},state:success}.as_count()"
    denominator = "sum:airflow.ti.finish{${replace(local._team[each.key], ",", " AND ")} AND state IN (failed,success)}.as_count()"
  }

  thresholds {
    target    = var.objectives.tasks_succeed.target
    timeframe = var.objectives.tasks_succeed.timeframe
    warning   = var.objectives.tasks_succeed.warning
  }
}

resource "datadog_service_level_objective" "scheduler_beats" {
  for_each = var.teams

  type        = "time_slice"
  name        = "Airflow ${var.environment}: scheduler uptime (${each.key})"
  description = "Share of five-minute slices with a scheduler heartbeat."
  tags        = concat(local.tags, ["objective:scheduler_beats", "owner:${each.key}"])
  validate    = var.validate

  sli_specification {
    time_slice {
      comparator             = ">"
      query_interval_seconds = 300
      threshold              = 0

      query {
        formula {
          # Datadog counts slices without data as good.
          formula_expression = "default_zero(heartbeats)"
        }
        query {
          metric_query {
            name  = "heartbeats"
            query = "sum:airflow.scheduler_heartbeat{${local._team[each.key]}}.as_count()"
          }
        }
      }
    }
  }

  thresholds {
    target    = var.objectives.scheduler_beats.target
    timeframe = var.objectives.scheduler_beats.timeframe
    warning   = var.objectives.scheduler_beats.warning
  }
}

# The error budget is spent faster than planned: within an hour, or within six. Rates that Datadog recommends by timeframe.
locals {
  _rates = {
    "7d"  = { fast = 16.8, slow = 5.6 }
    "30d" = { fast = 14.4, slow = 6 }
    "90d" = { fast = 21.6, slow = 10.8 }
  }
  _windows = {
    fast = { long = "1h", short = "5m" }
    slow = { long = "6h", short = "30m" }
  }
  _objectives = {
    scheduler_beats = { name = "scheduler uptime", ids = datadog_service_level_objective.scheduler_beats }
    tasks_succeed   = { name = "task success rate", ids = datadog_service_level_objective.tasks_succeed }
  }

  burn_rates = merge(flatten([
    for objective, facts in local._objectives : [
      for speed, windows in local._windows : {
        for team in var.teams : "${objective}_burn/${speed}/${team}" => {
          id        = facts.ids[team].id
          name      = facts.name
          runbook   = "${objective}_burn"
          team      = team
          timeframe = var.objectives[objective].timeframe
          windows   = windows
          # Not more than 80 % of the fastest rate, at which everything fails: Datadog refuses what cannot be.
          rate = min(local._rates[var.objectives[objective].timeframe][speed], 80 / (100 - var.objectives[objective].target))
        }
      }
    ]
  ])...)
}

# Warnings: what pages is the outage that spends the budget.
resource "datadog_monitor" "burn_rate" {
  for_each = local.burn_rates

  type     = "slo alert"
  name     = "Airflow ${var.environment}: error budget of the ${each.value.name} is spent within ${each.value.windows.long} too fast (${each.value.team})"
  query    = "burn_rate(\"${each.value.id}\").over(\"${each.value.timeframe}\").long_window(\"${each.value.windows.long}\").short_window(\"${each.value.windows.short}\") > ${each.value.rate}"
  priority = local.classes.warn.priority
  tags     = concat(local.tags, ["monitor:${each.value.runbook}", "owner:${each.value.team}"])
  validate = var.validate

  include_tags = true
  message = join("\n\n", [
    "Runbook: ${var.runbooks}#${each.value.runbook}",
    join(" ", local.recipients[each.value.team]),
  ])

  monitor_thresholds {
    critical = each.value.rate
  }
}
