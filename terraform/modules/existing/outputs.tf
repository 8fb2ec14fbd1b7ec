output "adopted" {
  description = "Secrets of returning teams that exist, for `import` blocks: `fernet_keys`, `lookups`, `passwords` and `secrets`, each by name to `team`, `key` and `arn`."
  value       = local.adopted
}

output "fernet_keys" {
  description = "Revisions of the Fernet keys of each team that exists."
  value       = local.fernet_keys
}

output "kept" {
  description = "Names of the secrets of returning teams whose values stay."
  value       = flatten([for kind, found in local.adopted : keys(found)])
}

output "retiring" {
  description = "Teams that an apply has marked as retiring: they may be deleted."
  value       = local.marked
}

output "teams" {
  description = "Teams that have secrets."
  value       = local.teams
}
