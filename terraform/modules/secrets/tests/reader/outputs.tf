output "texts" {
  description = "Their values."
  value       = { for key, version in data.aws_secretsmanager_secret_version.this : key => nonsensitive(version.secret_string) }
}
