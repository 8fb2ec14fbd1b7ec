# Service levels of each team: its tasks succeed, and its scheduler is there to start them.

locals {
  _team = { for team in var.teams : team => "${local.scope},team:${team}" }
}

resource "datadog_service_level_objective" "tasks_succeed" {
  for_each = var.teams

  type        = "metric"
  name        = "Airflow ${var.environment}: tasks of ${each.key} succeed"
  description = "Of all tasks that ended, those that succeeded; a try that another one follows is no end."
  tags        = concat(local.tags, ["objective:tasks_succeed", "owner:${each.key}"])
  validate    = var.validate

  query {
    numerator   = "sum:airflow.ti.finish{${local._team[each.key]},state:success}.as_count()"
    denominator = "sum:airflow.ti.finish{${local._team[each.key]},state:success}.as_count() + sum:airflow.ti.finish{${local._team[each.key]},state:failed}.as_count()"
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
  name        = "Airflow ${var.environment}: the scheduler of ${each.key} is alive"
  description = "Of all slices of five minutes, those in which the scheduler beat."
  tags        = concat(local.tags, ["objective:scheduler_beats", "owner:${each.key}"])
  validate    = var.validate

  sli_specification {
    time_slice {
      comparator             = ">"
      query_interval_seconds = 300
      threshold              = 0

      query {
        formula {
          # Datadog counts a slice without data as a good one.
          formula_expression = "default_zero(beats)"
        }
        query {
          metric_query {
            name  = "beats"
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
