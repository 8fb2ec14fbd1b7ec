# Monitors and dashboards of two environments, with a mock of the provider. tests/datadog checks the
# payloads of these runs with Datadog's own models.

mock_provider "datadog" {
  mock_resource "datadog_service_level_objective" {
    # Burn rates name the objective.
    defaults = { id = "12345abcdef" }
  }
  mock_resource "datadog_monitor" {
    # Queries of composite monitors consist of ids, which are numbers.
    defaults = { id = "1234567" }
  }
}

variables {
  databases        = { payments = "airflow-prod-payments", search = "airflow-prod-search" }
  environment      = "prod"
  notify           = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
  external_secrets = true
  pgbouncer        = true
  runbooks         = "https://github.com/example/airflow-on-kubernetes/blob/main/docs/operations/monitors.md"
  team_notify      = { payments = ["@slack-payments", "@payments-lead"] }
  teams            = ["payments", "search"]
  validate         = false
}

run "prod" {
  command = apply

  assert {
    condition     = strcontains(datadog_monitor.composite["scheduler_heartbeat"].message, "@pagerduty-airflow")
    error_message = "A missing heartbeat of the scheduler does not page."
  }
  assert {
    condition     = strcontains(datadog_monitor.this["import_errors"].message, "@slack-airflow")
    error_message = "Import errors notify no one."
  }
  assert {
    condition = alltrue([
      for id, monitor in datadog_monitor.this : !strcontains(monitor.message, "@") if local.monitors[id].class == "part"
    ])
    error_message = "A part of a composite monitor notifies someone."
  }
  assert {
    condition     = keys(output.objectives.tasks_succeed) == ["payments", "search"]
    error_message = "A team has no service level objective."
  }
  assert {
    condition     = length(output.dashboards) == length(fileset(".", "dashboards/*.json.tftpl"))
    error_message = "A dashboard is missing."
  }
  assert {
    condition     = datadog_monitor.composite["queued_stuck"].query == "1234567 && 1234567 && !1234567 && !1234567"
    error_message = "A composite monitor does not combine its parts and gates."
  }
}

run "nonprod" {
  command = apply

  variables {
    airflow_version  = "3.3.2"
    databases        = {}
    environment      = "nonprod"
    notify           = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
    owner            = "data-platform"
    external_secrets = false
    pgbouncer        = false
    team_notify      = {}
    thresholds       = { schedule_delay_seconds = 60, parse_seconds = 30, file_age_seconds = 600 }
  }

  assert {
    condition     = !anytrue([for monitor in datadog_monitor.this : strcontains(monitor.message, "@pagerduty")])
    error_message = "A monitor of nonprod pages."
  }
  assert {
    condition     = alltrue([for monitor in datadog_monitor.this : monitor.renotify_interval == null])
    error_message = "A monitor of nonprod repeats its notification."
  }
  assert {
    condition     = !anytrue([for id, monitor in datadog_monitor.this : startswith(id, "database") || startswith(id, "pgbouncer")])
    error_message = "There is a database monitor, but no database."
  }
  # The first metric is in milliseconds, the others are in seconds; all thresholds are in seconds.
  assert {
    condition     = endswith(datadog_monitor.this["schedule_delay"].query, "> 60000")
    error_message = "The threshold of schedule_delay is not in milliseconds."
  }
  assert {
    condition     = endswith(datadog_monitor.this["parse_time"].query, "> 30") && endswith(datadog_monitor.this["file_age"].query, "> 600")
    error_message = "A threshold of the Dag processor is not in seconds."
  }
  assert {
    condition = alltrue([
      for monitor in merge(datadog_monitor.this, datadog_monitor.composite) :
      length(setsubtract(["env:nonprod", "service:airflow", "team:data-platform", "version:3.3.2"], monitor.tags)) == 0
    ])
    error_message = "A monitor lacks a tag."
  }
}
