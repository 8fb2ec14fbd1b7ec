output "texts" {
  description = "Values of the secrets, by the same keys."
  value       = { for key, version in data.aws_secretsmanager_secret_version.this : key => nonsensitive(version.secret_string) }
}
