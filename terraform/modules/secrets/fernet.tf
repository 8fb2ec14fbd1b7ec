# The Fernet key: one secret for each revision, and one of all of them, newest first, which Airflow reads. It
# encrypts with the first and decrypts with any.

# A Fernet key is 32 bytes in URL-safe base64: 43 characters and "=". The last character holds four bits of the
# key, and two that must be 0 for the one right spelling: "A" is such a one. AWS makes the 42 before it, of
# letters and digits, which all are of that alphabet. That leaves 250 of 256 bits to chance.
ephemeral "aws_secretsmanager_random_password" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  password_length     = 42
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  name                    = "${local.prefix}/fernet-keys/${each.key}"
  description             = "Of Airflow of ${var.team}: the Fernet key of revision ${each.key}."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# The name is the revision: its value never changes.
resource "aws_secretsmanager_secret_version" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  secret_id                = aws_secretsmanager_secret.fernet[each.key].id
  secret_string_wo         = "${ephemeral.aws_secretsmanager_random_password.fernet[each.key].random_password}A="
  secret_string_wo_version = 1
}

ephemeral "aws_secretsmanager_secret_version" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  secret_id  = aws_secretsmanager_secret_version.fernet[each.key].secret_id
  version_id = aws_secretsmanager_secret_version.fernet[each.key].version_id
}

resource "aws_secretsmanager_secret_version" "fernet_key" {
  secret_id = aws_secretsmanager_secret.this["fernet-key"].id
  secret_string_wo = join(",", [
    for revision in var.revisions.fernet_key : ephemeral.aws_secretsmanager_secret_version.fernet[revision].secret_string
  ])
  # Of the values, not of their names: a key that was lost and made again is another one.
  secret_string_wo_version = parseint(substr(sha256(join(",", [
    for revision in var.revisions.fernet_key : aws_secretsmanager_secret_version.fernet[revision].version_id
  ])), 0, 7), 16) + 1
}
