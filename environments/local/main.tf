# The environment on one machine: every team of teams/, on the Kubernetes node that `make up` starts.

locals {
  environment = yamldecode(file("${path.module}/environment.yaml"))

  known_teams = module.layers.teams
  teams       = var.team == null ? local.known_teams : [var.team]

  _dags = "${path.module}/../../dags"
  dags  = { for file in fileset(local._dags, "{*.py,.airflowignore}") : file => file("${local._dags}/${file}") }
}

provider "helm" {
  kubernetes = {
    config_context = var.context
    config_path    = var.kubeconfig
  }
}

provider "kubernetes" {
  config_context = var.context
  config_path    = var.kubeconfig
}

module "layers" {
  source = "../../terraform/modules/layers"

  environment = local.environment.name
  folder      = path.module
}

module "priority" {
  source = "../../terraform/modules/priority"

  environment = local.environment.name
}

module "release" {
  source   = "../../terraform/modules/release"
  for_each = toset(local.teams)

  chart       = "${path.module}/../../charts/airflow"
  config_maps = { example-dags = local.dags }
  deployed_by = local.environment.deployedBy
  environment = local.environment.name
  last_layer  = yamlencode(merge({ componentPriorityClassName = module.priority.name }, yamldecode(var.last_layer)))
  layers      = module.layers.layers[each.key]
  limits      = { cpu = "50m", memory_limit = "2Gi" }
  task_logs   = try(local.environment.taskLogs, null)
  quotas      = local.environment.quotas
  team        = each.key
}
