# Connections and variables that Airflow looks up in Secrets Manager: `<team>--<id>` below a prefix of the
# environment, so that a policy can say whose they are.

locals {
  lookups = merge(
    { for id, one in var.connections : "connections/${id}" => merge(one, { kind = "connections", id = id }) },
    { for id, one in var.variables : "variables/${id}" => merge(one, { kind = "variables", id = id }) },
  )
}

resource "aws_secretsmanager_secret" "lookups" {
  for_each = local.lookups

  name                    = "airflow/${var.environment}/${each.value.kind}/${var.team}--${each.value.id}"
  description             = each.value.description
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}

# Without a revision somebody else writes the value. With one it is written when the revision changes; AWS
# refuses the empty text that stands for a value that was not given then, and what was there stays.
resource "aws_secretsmanager_secret_version" "lookups" {
  for_each = { for name, one in local.lookups : name => one if one.revision != null }

  secret_id                = aws_secretsmanager_secret.lookups[each.key].id
  secret_string_wo         = lookup(var.lookup_values, each.key, "")
  secret_string_wo_version = each.value.revision
}
