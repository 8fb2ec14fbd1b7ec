output "dashboards" {
  description = "URLs of the Datadog dashboards, by name."
  value       = one(module.monitoring[*].dashboards)
}

output "releases" {
  description = "Release of each team: its name, its namespaces, and the version and hash of its chart."
  value       = module.release
}

output "roles" {
  description = "ARNs of the IAM roles, by team and component."
  value       = { for team, identity in module.identity : team => { for component, role in identity.roles : component => role.arn } }
}

output "values" {
  description = "Last layer of values of each team's release: names, addresses and ARNs, no secrets."
  value       = local.values

  precondition {
    condition     = length(local.single_replicas) == 0
    error_message = "Each component must have at least two replicas in prod, so that Airflow survives the loss of a node. Set `replicas: 2` for ${join(", ", local.single_replicas)} in ${var.folder}."
  }

  precondition {
    condition     = length(local.unknown_thresholds) == 0
    error_message = "Unknown keys in `monitoring.thresholds` of environment.yaml: ${join(", ", local.unknown_thresholds)}. Allowed: ${join(", ", local.thresholds)}."
  }
}
