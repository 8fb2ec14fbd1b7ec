# What an environment is watched by; no account, no provider that acts. Tests in Python ask Datadog's
# own models what they think of what these two runs make.

mock_provider "datadog" {
  mock_resource "datadog_monitor" {
    # A monitor's id is a number, of which a monitor of two is made.
    defaults = { id = "1234567" }
  }
}

variables {
  databases   = { payments = "airflow-prod-payments", search = "airflow-prod-search" }
  environment = "prod"
  notify      = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
  pgbouncer   = true
  runbooks    = "https://github.com/example/airflow-on-kubernetes/blob/main/docs/operations/monitors.md"
  teams       = ["payments", "search"]
  validate    = false
}

run "prod" {
  command = apply

  assert {
    condition     = strcontains(datadog_monitor.this["scheduler_heartbeat"].message, "@pagerduty-airflow")
    error_message = "Nobody is woken up when the scheduler is down."
  }
  assert {
    condition     = strcontains(datadog_monitor.this["import_errors"].message, "@slack-airflow")
    error_message = "Nobody is told of import errors."
  }
  assert {
    condition = alltrue([
      for id, monitor in datadog_monitor.this : !strcontains(monitor.message, "@") if local.monitors[id].class == "part"
    ])
    error_message = "A half of a monitor notifies."
  }
  assert {
    condition     = keys(output.objectives.tasks_succeed) == ["payments", "search"]
    error_message = "A team has no service level."
  }
  assert {
    condition     = length(output.dashboards) == length(fileset(".", "dashboards/*.json.tftpl"))
    error_message = "A page is missing."
  }
  assert {
    condition     = datadog_monitor.composite["queued_stuck"].query == "1234567 && 1234567"
    error_message = "A monitor of two is not made of both."
  }
}

run "nonprod" {
  command = apply

  variables {
    airflow_version = "3.3.2"
    databases       = {}
    environment     = "nonprod"
    notify          = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
    owner           = "data-platform"
    pgbouncer       = false
    thresholds      = { schedule_delay_seconds = 60, parse_seconds = 30, file_age_seconds = 600 }
  }

  assert {
    condition     = !anytrue([for monitor in datadog_monitor.this : strcontains(monitor.message, "@pagerduty")])
    error_message = "nonprod wakes somebody up."
  }
  assert {
    condition     = alltrue([for monitor in datadog_monitor.this : monitor.renotify_interval == null])
    error_message = "nonprod insists."
  }
  assert {
    condition     = !anytrue([for id, monitor in datadog_monitor.this : startswith(id, "database") || startswith(id, "pgbouncer")])
    error_message = "There is a monitor of a database that is not there."
  }
  # One of these metrics is in milliseconds, the others in seconds; their variables are in seconds.
  assert {
    condition     = endswith(datadog_monitor.this["schedule_delay"].query, "> 60000")
    error_message = "The delay of runs is in milliseconds."
  }
  assert {
    condition     = endswith(datadog_monitor.this["parse_time"].query, "> 30") && endswith(datadog_monitor.this["file_age"].query, "> 600")
    error_message = "What the Dag processor says is in seconds."
  }
  assert {
    condition = alltrue([
      for monitor in merge(datadog_monitor.this, datadog_monitor.composite) :
      length(setsubtract(["env:nonprod", "service:airflow", "team:data-platform", "version:3.3.2"], monitor.tags)) == 0
    ])
    error_message = "A monitor lacks a tag."
  }
}
