# Connections and variables that Airflow looks up in Secrets Manager. Their names are `<team>--<id>` below a
# prefix of the environment, so that IAM policies can restrict a team to its own.

locals {
  lookups = merge(
    { for id, one in var.connections : "connections/${id}" => merge(one, { kind = "connections", id = id }) },
    { for id, one in var.variables : "variables/${id}" => merge(one, { kind = "variables", id = id }) },
  )
  lookup_names = { for name, one in local.lookups : name => "airflow/${var.environment}/${one.kind}/${var.team}--${one.id}" }
}

resource "aws_secretsmanager_secret" "lookups" {
  for_each = local.lookups

  name                    = local.lookup_names[each.key]
  description             = each.value.description
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# Entries with a revision: Terraform writes the value when the revision changes. If `lookup_values` lacks the
# value then, AWS rejects the empty string and the old value stays. Entries without a revision are filled by
# other means, such as the AWS console.
resource "aws_secretsmanager_secret_version" "lookups" {
  for_each = { for name, one in local.lookups : name => one if one.revision != null }

  secret_id = aws_secretsmanager_secret.lookups[each.key].id
  secret_string_wo = lookup(
    var.lookup_values,
    each.key,
    try(ephemeral.aws_secretsmanager_secret_version.kept[local.lookup_names[each.key]].secret_string, ""),
  )
  secret_string_wo_version = each.value.revision
}
