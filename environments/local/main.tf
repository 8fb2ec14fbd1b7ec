# The environment of one machine: every team of teams/, on the Kubernetes that `make up` starts.

locals {
  environment = yamldecode(file("${path.module}/environment.yaml"))

  known_teams = [for file in fileset("${path.module}/teams", "*.yaml") : trimsuffix(file, ".yaml")]
  teams       = var.team == null ? local.known_teams : [var.team]

  layers = {
    for team in local.teams : team => [
      file("${path.module}/values.yaml"),
      file("${path.module}/teams/${team}.yaml"),
    ]
  }

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

module "release" {
  source   = "../../terraform/modules/release"
  for_each = local.layers

  chart       = "${path.module}/../../charts/airflow"
  config_maps = { example-dags = local.dags }
  deployed_by = local.environment.deployedBy
  environment = local.environment.name
  last_layer  = var.last_layer
  layers      = each.value
  team        = each.key
}
