# The password: made by AWS, written into Secrets Manager, read back from there for the database. So what the
# database gets is what the secret holds, also when an apply breaks off in between and is repeated. None of
# it is in a plan or a state.

ephemeral "aws_secretsmanager_random_password" "this" {
  password_length = 48
  # It becomes a part of a URL.
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "password" {
  name                    = "airflow/${var.environment}/${var.team}/database"
  description             = "The password of Airflow's database of ${var.team}."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.password.recovery_window_days
  tags                    = var.tags
}

resource "aws_secretsmanager_secret_version" "password" {
  secret_id                = aws_secretsmanager_secret.password.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  secret_string_wo_version = var.password.revision
}

ephemeral "aws_secretsmanager_secret_version" "password" {
  secret_id  = aws_secretsmanager_secret_version.password.secret_id
  version_id = aws_secretsmanager_secret_version.password.version_id
}
