# One environment on an existing EKS cluster: buckets and monitoring for all teams, and for each team its
# roles, its secrets, its database (unless it is a pod) and its release.

locals {
  # Each file in teams/ is a release.
  teams       = module.layers.teams
  team_values = module.layers.values

  tier       = coalesce(var.facts.tier, var.environment) == "prod" ? "prod" : "nonprod"
  name       = "airflow"
  namespaces = { for team in local.teams : team => "${local.name}-${team}" }

  cluster = {
    account   = var.facts.account
    name      = var.facts.cluster.name
    partition = var.facts.partition
    region    = var.facts.region
  }

  # Each team has its own folder in each bucket.
  buckets = {
    for kind, bucket in module.storage.buckets : kind => {
      for team in local.teams : team => {
        bucket_arn  = bucket.arn
        kms_key_arn = module.storage.kms_key_arn
        prefix      = team
      }
    }
  }

  _nothing = { cost_center = null, connections = {}, notify = [], variables = {}, revisions = { api_secret_key = null, database = 1, fernet_key = null, jwt_secret = null }, snapshot = null }
  own      = { for team in local.teams : team => lookup(var.facts.teams, team, local._nothing) }

  # By the marks in the state: whatever depends on them is deleted before them, so a deletion that failed can go on.
  retiring = keys(terraform_data.retiring)

  # Secrets with the tag `airflow-retiring` may be deleted by an apply.
  secret_tags = { for team, tags in local.tags : team => merge(tags, contains(local.retiring, team) ? { airflow-retiring = "true" } : {}) }

  # For the bill: who a resource belongs to.
  tags = {
    for team in local.teams : team => merge({ team = team }, { for value in local.own[team].cost_center[*] : "cost-center" => value })
  }

  # Additional AWS permissions of a team's tasks, from every grant that lists the team.
  grants = {
    for team in local.teams : team => {
      for name, grant in var.facts.grants : name => grant if contains(grant.teams, team)
    }
  }
}

# In the state, a mark that an apply with the team's file was made; `make plan` demands it before a team is deleted.
resource "terraform_data" "retiring" {
  for_each = var.facts.retiring
}

# Refuses team files and facts with mistakes.
module "layers" {
  source = "./modules/layers"

  environment = var.environment
  folder      = var.folder
}

# Components of all teams are scheduled before the pods of tasks.
module "priority" {
  source = "./modules/priority"

  environment = var.environment
}

module "storage" {
  source = "./modules/storage"

  account            = var.facts.account
  environment        = var.environment
  tier               = local.tier
  force_destroy      = var.facts.storage.force_destroy
  log_retention_days = var.facts.storage.log_retention_days
  partition          = var.facts.partition
}

# The operator copies secrets into the cluster; without the role it reads nothing, and no pod starts.
module "external_secrets" {
  source = "./modules/external_secrets"
  count  = var.facts.secrets.delivery == "external_secrets" && var.facts.secrets.operator.enabled ? 1 : 0

  cluster              = local.cluster
  environment          = var.environment
  kms_key_arn          = module.storage.kms_key_arn
  mode                 = var.facts.identity.mode
  oidc                 = var.facts.identity.oidc
  operator             = { for key in ["namespace", "service_account"] : key => var.facts.secrets.operator[key] }
  permissions_boundary = var.facts.permissions_boundary
}

module "identity" {
  source   = "./modules/identity"
  for_each = local.namespaces

  cluster              = local.cluster
  dags                 = local.buckets.dags[each.key]
  database             = one([for team, database in local.token_databases : { resource_id = database.resource_id, user = database.user } if team == each.key])
  environment          = var.environment
  tier                 = local.tier
  launcher             = try(local.team_values[each.key].allowPodLaunching, false)
  logs                 = local.buckets.logs[each.key]
  mode                 = var.facts.identity.mode
  name                 = local.name
  namespaces           = { release = each.value, tasks = "${each.value}-tasks" }
  oidc                 = var.facts.identity.oidc
  permissions_boundary = var.facts.permissions_boundary
  tags                 = local.tags[each.key]
  task_statements      = local.grants[each.key]
  team                 = each.key

  secrets = {
    kms_key_arn = module.storage.kms_key_arn
    platform    = var.facts.secrets.delivery == "csi"
  }
}

module "database" {
  source   = "./modules/database"
  for_each = var.facts.database == null ? {} : local.namespaces

  alarms              = var.facts.database.alarms
  deletion_protection = var.facts.database.deletion_protection
  environment         = var.environment
  tier                = local.tier
  final_snapshot      = var.facts.database.final_snapshot
  instance            = var.facts.database.instance
  kept                = var.existing.kept
  kms_key_arn         = module.storage.kms_key_arn
  retiring            = contains(local.retiring, each.key)
  snapshot            = local.own[each.key].snapshot
  tags                = local.tags[each.key]
  team                = each.key

  network = {
    client_security_group_ids = setunion(var.facts.cluster.security_group_id[*], var.facts.cluster.security_group_ids)
    subnet_ids                = var.facts.database.subnet_ids
    vpc_id                    = var.facts.cluster.vpc_id
  }
  password = {
    recovery_window_days = var.facts.secrets.recovery_window_days
    revision             = local.own[each.key].revisions.database
  }
}

module "secrets" {
  source   = "./modules/secrets"
  for_each = local.namespaces

  connections          = local.own[each.key].connections
  csi                  = { parameters = var.facts.identity.mode == "pod_identity" ? { usePodIdentity = "true" } : {} }
  database             = local.uses_tokens ? null : one([for team, database in module.database : database.connection if team == each.key])
  delivery             = var.facts.secrets.delivery
  environment          = var.environment
  tier                 = local.tier
  kept                 = var.existing.kept
  kms_key_arn          = module.storage.kms_key_arn
  lookup_values        = lookup(var.lookup_values, each.key, {})
  name                 = local.name
  recovery_window_days = var.facts.secrets.recovery_window_days
  revisions            = local.own[each.key].revisions
  tags                 = local.secret_tags[each.key]
  team                 = each.key
  variables            = local.own[each.key].variables

  external_secrets = {
    refresh_interval = var.facts.secrets.refresh_interval
    store_kind       = var.facts.secrets.store_kind
    store_name       = var.facts.secrets.store_name
  }
}

# Secrets that Terraform copies into the cluster (`data_wo`): read and written, but never stored.
ephemeral "aws_secretsmanager_secret_version" "delivered" {
  for_each = merge([for team, secrets in module.secrets : { for name, secret in secrets.data : "${team}/${name}" => secret }]...)

  secret_id  = each.value.secret_id
  version_id = each.value.version_id
}

module "release" {
  source   = "./modules/release"
  for_each = local.namespaces

  chart       = "${path.module}/../charts/airflow"
  ci_group    = var.facts.ci == null ? null : "airflow-${var.environment}-ci"
  plan_group  = var.facts.ci == null ? null : "airflow-${var.environment}-plan"
  cost_center = local.own[each.key].cost_center
  deployed_by = var.deployed_by
  environment = var.environment
  last_layer  = yamlencode(local.values[each.key])
  limits      = var.facts.limits
  quotas      = var.quotas
  name        = local.name
  task_logs   = var.task_logs
  team        = each.key

  secret_revisions = { for name, secret in module.secrets[each.key].data : name => secret.revision }
  secrets = {
    for name, secret in module.secrets[each.key].data :
    name => { (secret.key) = ephemeral.aws_secretsmanager_secret_version.delivered["${each.key}/${name}"].secret_string }
  }

  layers = module.layers.layers[each.key]

  # Pod Identity gives credentials to a pod only when the pod is created.
  depends_on = [module.identity]
}

module "monitoring" {
  source = "./modules/monitoring"
  count  = var.facts.monitoring == null ? 0 : 1

  external_secrets = var.facts.monitoring.external_secrets
  team_notify      = { for team, own in local.own : team => own.notify }
  airflow_version  = coalesce(var.facts.monitoring.airflow_version, yamldecode(file("${path.module}/../charts/airflow/Chart.yaml")).appVersion)
  objectives       = var.facts.monitoring.objectives
  owner            = var.facts.monitoring.owner
  pgbouncer        = var.facts.monitoring.pgbouncer
  databases        = { for team, database in module.database : team => database.identifier }
  environment      = var.environment
  tier             = local.tier
  name             = local.name
  notify           = var.facts.monitoring.notify
  runbooks         = var.facts.monitoring.runbooks
  teams            = local.teams
  thresholds       = var.facts.monitoring.thresholds
}
