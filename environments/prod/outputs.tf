output "values" {
  description = "Last layer of values of each team's release: names, addresses and ARNs, no secrets."
  value       = module.environment.values
}

output "releases" {
  description = "Release of each team: its name, its namespaces, and the version and hash of its chart."
  value       = module.environment.releases
}

output "roles" {
  description = "ARNs of the IAM roles, by team and component."
  value       = module.environment.roles
}

output "dashboards" {
  description = "URLs of the Datadog dashboards, by name."
  value       = module.environment.dashboards
}
