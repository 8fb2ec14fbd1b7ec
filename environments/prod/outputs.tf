output "values" {
  description = "The last layer of each team's release: names, addresses and ARNs; never a secret."
  value       = module.environment.values
}

output "releases" {
  description = "Each team's release: its name, its namespaces, and the chart that it is made from."
  value       = module.environment.releases
}

output "roles" {
  description = "ARNs of the IAM roles, by team and component."
  value       = module.environment.roles
}

output "dashboards" {
  description = "Addresses of the Datadog dashboards, by name."
  value       = module.environment.dashboards
}
