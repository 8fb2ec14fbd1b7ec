output "dashboards" {
  description = "Addresses of the Datadog dashboards, by name."
  value       = one(module.monitoring[*].dashboards)
}

output "releases" {
  description = "Each team's release: its name, its namespaces, and the chart that it is made from."
  value       = module.release
}

output "roles" {
  description = "ARNs of the IAM roles, by team and component."
  value       = { for team, identity in module.identity : team => { for component, role in identity.roles : component => role.arn } }
}

output "values" {
  description = "The last layer of each team's release: names, addresses and ARNs; never a secret."
  value       = local.values

  precondition {
    condition     = length(local.lonely) == 0
    error_message = "prod must survive the loss of a node: `replicas` must be at least 2 for ${join(", ", local.lonely)}."
  }

  precondition {
    condition     = length(local.unknown_thresholds) == 0
    error_message = "`monitoring.thresholds` has no ${join(", ", local.unknown_thresholds)}; known: ${join(", ", local.thresholds)}."
  }
}
