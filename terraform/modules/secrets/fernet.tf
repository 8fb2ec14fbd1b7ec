# The Fernet key. Each revision is a secret of its own; Airflow reads one secret with all of them, newest
# first, encrypts with the first and decrypts with any.

# A Fernet key is 32 bytes in URL-safe base64: 43 characters and "=". AWS generates the first 42 from letters
# and digits, all of which are in that alphabet. The 43rd holds four bits of the key and two bits that must
# be 0, which "A" satisfies. That leaves 250 random bits of 256.
ephemeral "aws_secretsmanager_random_password" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  password_length     = 42
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  name                    = "${local.prefix}/fernet-keys/${each.key}"
  description             = "Airflow of team ${var.team}: Fernet key, revision ${each.key}."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# The value of a revision never changes: another value is another revision.
resource "aws_secretsmanager_secret_version" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  secret_id = aws_secretsmanager_secret.fernet[each.key].id
  secret_string_wo = try(
    ephemeral.aws_secretsmanager_secret_version.kept["${local.prefix}/fernet-keys/${each.key}"].secret_string,
    "${ephemeral.aws_secretsmanager_random_password.fernet[each.key].random_password}A=",
  )
  secret_string_wo_version = 1
}

ephemeral "aws_secretsmanager_secret_version" "fernet" {
  for_each = toset(var.revisions.fernet_key)

  secret_id  = aws_secretsmanager_secret_version.fernet[each.key].secret_id
  version_id = aws_secretsmanager_secret_version.fernet[each.key].version_id
}

resource "aws_secretsmanager_secret_version" "fernet_key" {
  for_each = local.named.fernet

  secret_id = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo = join(",", [
    for revision in var.revisions.fernet_key : ephemeral.aws_secretsmanager_secret_version.fernet[revision].secret_string
  ])
  # A hash of the versions, not of the revisions: a key that was lost and generated again has the same
  # revision and another version.
  secret_string_wo_version = parseint(substr(sha256(join(",", [
    for revision in var.revisions.fernet_key : aws_secretsmanager_secret_version.fernet[revision].version_id
  ])), 0, 7), 16) + 1
}
