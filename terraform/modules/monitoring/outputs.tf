output "dashboards" {
  description = "URLs of the dashboards by page."
  value       = { for page, dashboard in datadog_dashboard_json.this : page => dashboard.url }
}

output "monitors" {
  description = "Ids of the monitors by the name of their section in the runbooks."
  value       = { for id, monitor in merge(datadog_monitor.this, datadog_monitor.composite) : id => monitor.id }
}

output "objectives" {
  description = "Ids of the service level objectives by kind and team."
  value = {
    scheduler_beats = { for team, objective in datadog_service_level_objective.scheduler_beats : team => objective.id }
    tasks_succeed   = { for team, objective in datadog_service_level_objective.tasks_succeed : team => objective.id }
  }
}

output "thresholds" {
  description = "Thresholds of the monitors by name, including the defaults."
  value       = var.thresholds
}
