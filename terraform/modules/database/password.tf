# AWS generates the password, Terraform writes it to Secrets Manager and reads it back for the database. The
# two are therefore equal even if an apply is interrupted and repeated. The password is not in a plan or in
# the state.

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length = 48
  # It becomes part of a URL.
  exclude_punctuation = true
}

# The password that a returning team had.
ephemeral "aws_secretsmanager_secret_version" "kept" {
  for_each = setintersection(var.kept, [local.secret])

  secret_id = each.key
}

resource "aws_secretsmanager_secret" "password" {
  name                    = local.secret
  description             = "Airflow of team ${var.team}: password of the metadata database."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.password.recovery_window_days
  tags                    = var.tags
}

resource "aws_secretsmanager_secret_version" "password" {
  secret_id = aws_secretsmanager_secret.password.id
  secret_string_wo = try(
    ephemeral.aws_secretsmanager_secret_version.kept[local.secret].secret_string,
    ephemeral.aws_secretsmanager_random_password.this.random_password,
  )
  secret_string_wo_version = var.password.revision
}

ephemeral "aws_secretsmanager_secret_version" "password" {
  secret_id  = aws_secretsmanager_secret_version.password.secret_id
  version_id = aws_secretsmanager_secret_version.password.version_id
}
