# What is refused; no account, no provider that acts.

mock_provider "datadog" {}

variables {
  databases   = { payments = "airflow-prod-payments", search = "airflow-prod-search" }
  environment = "prod"
  notify      = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
  pgbouncer   = true
  runbooks    = "https://github.com/example/airflow-on-kubernetes/blob/main/docs/operations/monitors.md"
  teams       = ["payments", "search"]
  validate    = false
}

run "prod_must_page_somebody" {
  command = plan
  variables { notify = { warn = "@slack-airflow" } }
  expect_failures = [var.notify]
}

run "a_handle_that_is_none_is_refused" {
  command = plan
  variables { notify = { page = "pagerduty", warn = "@slack-airflow" } }
  expect_failures = [var.notify]
}

run "a_database_that_is_no_instance_is_refused" {
  command = plan
  variables { databases = { payments = "airflow prod" } }
  expect_failures = [var.databases]
}

run "a_database_of_an_unknown_team_is_refused" {
  command = plan
  variables { databases = { nobody = "airflow-prod-nobody" } }
  expect_failures = [var.databases]
}

run "an_environment_that_is_no_tag_is_refused" {
  command = plan
  variables { environment = "Prod!" }
  expect_failures = [var.environment]
}

run "a_name_that_begins_no_namespace_is_refused" {
  command = plan
  variables { name = "air flow" }
  expect_failures = [var.name]
}

run "a_warning_below_its_target_is_refused" {
  command = plan
  variables { objectives = { tasks_succeed = { target = 99, warning = 98 } } }
  expect_failures = [var.objectives]
}

run "a_timeframe_that_datadog_does_not_know_is_refused" {
  command = plan
  variables { objectives = { scheduler_beats = { timeframe = "1y" } } }
  expect_failures = [var.objectives]
}

run "a_runbook_that_nobody_can_open_is_refused" {
  command = plan
  variables { runbooks = "docs/operations/monitors.md" }
  expect_failures = [var.runbooks]
}

run "a_service_that_is_no_tag_is_refused" {
  command = plan
  variables { service = "Air Flow" }
  expect_failures = [var.service]
}

run "no_team_at_all_is_refused" {
  command = plan
  variables {
    databases = {}
    teams     = []
  }
  expect_failures = [var.teams]
}

run "a_threshold_below_nothing_is_refused" {
  command = plan
  variables { thresholds = { pending_pods = -1 } }
  expect_failures = [var.thresholds]
}

run "a_share_above_all_is_refused" {
  command = plan
  variables { thresholds = { failed_tasks_percent = 100 } }
  expect_failures = [var.thresholds]
}
