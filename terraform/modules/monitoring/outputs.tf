output "conditions" {
  description = "Monitors of which each composite monitor consists, by its name: all `parts` must alert, and none of the `gates`."
  value       = { for id, composite in local.composites : id => { gates = composite.gates, parts = composite.parts } }
}

output "dashboards" {
  description = "URLs of the dashboards by page."
  value       = { for page, dashboard in datadog_dashboard_json.this : page => dashboard.url }
}

output "monitors" {
  description = "Ids of the monitors by name: their section in the runbooks, up to a slash."
  value       = { for id, monitor in merge(datadog_monitor.this, datadog_monitor.composite, datadog_monitor.burn_rate) : id => monitor.id }
}

output "objectives" {
  description = "Ids of the service level objectives by kind and team."
  value = {
    scheduler_beats = { for team, objective in datadog_service_level_objective.scheduler_beats : team => objective.id }
    tasks_succeed   = { for team, objective in datadog_service_level_objective.tasks_succeed : team => objective.id }
  }
}

output "recipients" {
  description = "Datadog handles that get the warnings about each team."
  value       = local.recipients
}

output "thresholds" {
  description = "Thresholds of the monitors by name, including the defaults."
  value       = var.thresholds
}
