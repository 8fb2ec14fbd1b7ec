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
