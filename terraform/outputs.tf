output "dashboards" {
  description = "URLs of the Datadog dashboards, by name."
  value       = one(module.monitoring[*].dashboards)
}

output "external_secrets" {
  description = "Facts for a store of the External Secrets Operator: ARN of its `role` (null: not made here), of the `kms_key` and the `prefix` of the secrets."
  value = {
    kms_key = module.storage.kms_key_arn
    prefix  = "airflow/${var.environment}/"
    role    = one(module.external_secrets[*].role_arn)
  }
}

output "releases" {
  description = "Release of each team: its name, its namespaces, and the version and hash of its chart."
  value       = module.release
}

output "roles" {
  description = "ARNs of the IAM roles, by team and component."
  value       = { for team, identity in module.identity : team => { for component, role in identity.roles : component => role.arn } }

  precondition {
    condition     = length(local.beyond_boundary) == 0
    error_message = "`grants` contains permissions that ${coalesce(var.facts.permissions_boundary, "no boundary")} does not allow: ${join("; ", local.beyond_boundary)}. An administrator must apply terraform/bootstrap first (terraform apply -var environment=${var.environment}); until then tasks would be denied."
  }
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
