output "arns" {
  description = "ARNs of the secrets by their name in the chart. Whatever delivers a secret must be allowed to read its ARN."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "data" {
  description = "Secrets that the caller must write with `delivery = \"data_wo\"`: name of the Secret to its `key`, the `secret_id` and `version_id` of its value, and a `revision` that changes with the value. Empty otherwise."
  value = {
    for name, version in local.versions : "${var.name}-${name}" => {
      key        = local.keys[name]
      revision   = parseint(substr(sha256(version.version_id), 0, 7), 16) + 1
      secret_id  = version.secret_id
      version_id = version.version_id
    } if var.delivery == "data_wo"
  }
}

output "lookups" {
  description = "Names of connections and variables in Secrets Manager, by `connections/<id>` and `variables/<id>`."
  value       = { for key, secret in aws_secretsmanager_secret.lookups : key => secret.name }
}

output "names" {
  description = "Names of the secrets in Secrets Manager by their name in the chart. Their values exist when this is known."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.name }

  depends_on = [
    aws_secretsmanager_secret_version.database_url,
    aws_secretsmanager_secret_version.fernet_key,
    aws_secretsmanager_secret_version.token,
  ]
}

output "revisions" {
  description = "Revision of each secret. The chart restarts its readers when it changes."
  value       = local.revisions
}

output "values" {
  description = "Part of the last layer of values: delivery, names and revisions of the secrets, no values of secrets."
  value       = merge(local.deliveries[var.delivery], { secretRevisions = local.revisions })

  # Pods must find the values of their secrets when they start.
  depends_on = [
    aws_secretsmanager_secret_version.database_url,
    aws_secretsmanager_secret_version.fernet_key,
    aws_secretsmanager_secret_version.token,
  ]
}

output "versions" {
  description = "Version id of each value in Secrets Manager."
  value       = { for name, version in local.versions : name => version.version_id }
}
