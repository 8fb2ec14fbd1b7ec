# What the Airflow of one team keeps secret, in Secrets Manager. AWS makes each value, and it goes from there
# into its secret: it is in no plan, no state and no output.

locals {
  prefix = "airflow/${var.environment}/${var.team}"

  # Rows of the chart's table of secrets, and the key under which each is in a Secret of Kubernetes.
  keys = merge(
    {
      api-secret-key = "api-secret-key"
      fernet-key     = "fernet-key"
      jwt-secret     = "jwt-secret"
    },
    var.database == null ? {} : { metadata = "connection" },
  )

  # The version of every value that is in use.
  versions = merge(
    {
      api-secret-key = aws_secretsmanager_secret_version.api_secret_key
      fernet-key     = aws_secretsmanager_secret_version.fernet_key
      jwt-secret     = aws_secretsmanager_secret_version.jwt_secret
    },
    { for row, version in aws_secretsmanager_secret_version.metadata : row => version },
  )

  # What somebody wrote, so that a plan shows it; pods of the readers are replaced when it changes.
  revisions = merge(
    {
      api-secret-key = tostring(var.revisions.api_secret_key)
      fernet-key     = join("-", var.revisions.fernet_key)
      jwt-secret     = tostring(var.revisions.jwt_secret)
    },
    var.database == null ? {} : { metadata = substr(sha256(jsonencode(var.database)), 0, 8) },
  )
}

resource "aws_secretsmanager_secret" "this" {
  for_each = local.keys

  name                    = "${local.prefix}/${each.key}"
  description             = "Of Airflow of ${var.team}: ${each.key}."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# 64 letters and digits are 380 bits: enough for a signature by HMAC with SHA-512.
ephemeral "aws_secretsmanager_random_password" "token" {
  for_each = toset(["api-secret-key", "jwt-secret"])

  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "api_secret_key" {
  secret_id                = aws_secretsmanager_secret.this["api-secret-key"].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.token["api-secret-key"].random_password
  secret_string_wo_version = var.revisions.api_secret_key
}

resource "aws_secretsmanager_secret_version" "jwt_secret" {
  secret_id                = aws_secretsmanager_secret.this["jwt-secret"].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.token["jwt-secret"].random_password
  secret_string_wo_version = var.revisions.jwt_secret
}

ephemeral "aws_secretsmanager_secret_version" "password" {
  count = var.database == null ? 0 : 1

  secret_id  = var.database.password_secret_id
  version_id = var.database.password_version_id
}

resource "aws_secretsmanager_secret_version" "metadata" {
  for_each = var.database == null ? toset([]) : toset(["metadata"])

  secret_id = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo = format(
    "postgresql+psycopg2://%s:%s@%s:%d/%s?sslmode=require",
    urlencode(var.database.user),
    urlencode(ephemeral.aws_secretsmanager_secret_version.password[0].secret_string),
    var.database.host,
    var.database.port,
    var.database.name,
  )
  # A number is wanted that changes with what the URL is made of; 28 bits of a hash are one.
  secret_string_wo_version = parseint(substr(sha256(jsonencode(var.database)), 0, 7), 16) + 1
}
