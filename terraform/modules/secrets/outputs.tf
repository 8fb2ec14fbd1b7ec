output "arns" {
  description = "ARNs by the chart's name of the secret: what may be read by who delivers them."
  value       = { for row, secret in aws_secretsmanager_secret.this : row => secret.arn }
}

output "data" {
  description = "With `data_wo`: the Secrets that somebody must write from here, by name: `key`, and `secret_id` and `version_id` of what it holds; another `revision` is another value."
  value = {
    for row, key in local.keys : "${var.name}-${row}" => {
      key        = key
      revision   = parseint(substr(sha256(local.versions[row].version_id), 0, 7), 16) + 1
      secret_id  = local.versions[row].secret_id
      version_id = local.versions[row].version_id
    } if var.delivery == "data_wo"
  }
}

output "lookups" {
  description = "Names in Secrets Manager of connections and variables: `connections/<id>`, then the name."
  value       = { for key, secret in aws_secretsmanager_secret.lookups : key => secret.name }
}

output "names" {
  description = "Names in Secrets Manager by the chart's name of the secret. They have their values."
  value       = { for row, secret in aws_secretsmanager_secret.this : row => secret.name }
  depends_on  = [aws_secretsmanager_secret_version.fernet_key, aws_secretsmanager_secret_version.metadata]
}

output "revisions" {
  description = "The revision of each secret, which the chart puts on the pods of its readers."
  value       = local.revisions
}

output "values" {
  description = "What the chart must know: a part of the last layer of values. Names, no secret."
  value       = merge(local.deliveries[var.delivery], { secretRevisions = local.revisions })

  # A pod that starts finds its secrets.
  depends_on = [
    aws_secretsmanager_secret_version.api_secret_key,
    aws_secretsmanager_secret_version.fernet_key,
    aws_secretsmanager_secret_version.jwt_secret,
    aws_secretsmanager_secret_version.metadata,
  ]
}

output "versions" {
  description = "The version of each value in Secrets Manager: another one is another value."
  value       = { for row, version in local.versions : row => version.version_id }
}
