# Identical in all environments on EKS. Which teams exist, whatever the files say: the file of one must not vanish by
# accident, and one that returns gets its secrets back.

data "aws_secretsmanager_secrets" "existing" {
  for_each = { all = [], retiring = ["airflow-retiring"] }

  filter {
    name   = "name"
    values = ["airflow/${local.environment.name}/"]
  }

  dynamic "filter" {
    for_each = each.value

    content {
      name   = "tag-key"
      values = [filter.value]
    }
  }
}

module "existing" {
  source = "../../terraform/modules/existing"

  arns                = { for kind, found in data.aws_secretsmanager_secrets.existing : kind => found.arns }
  environment         = local.environment.name
  has_database        = can(local.stated.database.subnet_ids)
  returning           = try(local.stated.returning, [])
  stores_database_url = can(local.stated.database.subnet_ids) && !try(local.stated.database.iam, false)
  teams               = try(local.stated.teams, {})
}

import {
  for_each = module.existing.adopted.secrets
  to       = module.environment.module.secrets[each.value.team].aws_secretsmanager_secret.this[each.value.key]
  id       = each.value.arn
}

import {
  for_each = module.existing.adopted.fernet_keys
  to       = module.environment.module.secrets[each.value.team].aws_secretsmanager_secret.fernet[each.value.key]
  id       = each.value.arn
}

import {
  for_each = module.existing.adopted.lookups
  to       = module.environment.module.secrets[each.value.team].aws_secretsmanager_secret.lookups[each.value.key]
  id       = each.value.arn
}

import {
  for_each = module.existing.adopted.passwords
  to       = module.environment.module.database[each.value.team].aws_secretsmanager_secret.password
  id       = each.value.arn
}
