# Secrets of one team's Airflow in Secrets Manager. AWS generates each value, and Terraform writes it with
# write-only arguments: no value is in a plan, in the state or in an output.

locals {
  prefix = "airflow/${var.environment}/${var.team}"

  # Rows of the chart that Terraform keeps. `stored` says how the value is made: `fernet` and `token` are
  # random, `databaseUrl` exists only for a database outside the release.
  _made   = { databaseUrl = var.database != null, fernet = true, token = true }
  _stored = [for row in yamldecode(file("${path.module}/../../../charts/airflow/files/secrets.yaml")) : row if can(row.stored)]
  rows    = { for row in local._stored : row.name => row if local._made[row.stored] }
  named   = { for kind in keys(local._made) : kind => toset([for name, row in local.rows : name if row.stored == kind]) }

  # Keys of the Secrets in Kubernetes.
  keys = { for name, row in local.rows : name => row.key }

  # Names of the secrets whose value is made of nothing else.
  own_values = concat(
    [for name in local.named.token : "${local.prefix}/${name}"],
    [for revision in var.revisions.fernet_key : "${local.prefix}/fernet-keys/${revision}"],
    [for name, one in local.lookups : local.lookup_names[name] if one.revision != null],
  )

  # The current version of each value.
  versions = merge(
    aws_secretsmanager_secret_version.database_url,
    aws_secretsmanager_secret_version.fernet_key,
    aws_secretsmanager_secret_version.token,
  )

  # Revisions as people state them, so that a plan shows a rotation. The chart restarts the readers of a
  # secret whose revision changes. `var.revisions` has a field for each token, with underscores.
  token_revisions = { for name in local.named.token : name => lookup(var.revisions, replace(name, "-", "_"), 1) }
  revisions = merge(
    { for name in local.named.databaseUrl : name => substr(sha256(jsonencode(var.database)), 0, 8) },
    { for name in local.named.fernet : name => join("-", var.revisions.fernet_key) },
    { for name, revision in local.token_revisions : name => tostring(revision) },
  )
}

resource "aws_secretsmanager_secret" "this" {
  for_each = local.rows

  name                    = "${local.prefix}/${each.key}"
  description             = "Airflow of team ${var.team}: ${each.key}."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# Values that a returning team had before it was removed: read and written, but never stored.
ephemeral "aws_secretsmanager_secret_version" "kept" {
  for_each = setintersection(var.kept, local.own_values)

  secret_id = each.key
}

# 64 letters and digits are 380 bits of randomness, enough for HMAC with SHA-512.
ephemeral "aws_secretsmanager_random_password" "token" {
  for_each = local.named.token

  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "token" {
  for_each = local.named.token

  secret_id = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo = try(
    ephemeral.aws_secretsmanager_secret_version.kept["${local.prefix}/${each.key}"].secret_string,
    ephemeral.aws_secretsmanager_random_password.token[each.key].random_password,
  )
  secret_string_wo_version = local.token_revisions[each.key]
}

ephemeral "aws_secretsmanager_secret_version" "password" {
  count = var.database == null ? 0 : 1

  secret_id  = var.database.password_secret_id
  version_id = var.database.password_version_id
}

resource "aws_secretsmanager_secret_version" "database_url" {
  for_each = local.named.databaseUrl

  secret_id = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo = format(
    "postgresql+psycopg2://%s:%s@%s:%d/%s?sslmode=require",
    urlencode(var.database.user),
    urlencode(ephemeral.aws_secretsmanager_secret_version.password[0].secret_string),
    var.database.host,
    var.database.port,
    var.database.name,
  )
  # The version must be a number that changes with the parts of the URL: 28 bits of their hash.
  secret_string_wo_version = parseint(substr(sha256(jsonencode(var.database)), 0, 7), 16) + 1
}
