# The environment of one machine: every team of teams/, on the Kubernetes that `make up` starts.

locals {
  environment = yamldecode(file("${path.module}/environment.yaml"))

  known_teams = [for file in fileset("${path.module}/teams", "*.yaml") : trimsuffix(file, ".yaml")]
  teams       = var.team == null ? local.known_teams : [var.team]

  # Ours, when `make up` built them; the public ones when nobody says anything.
  _images = {
    for key, value in {
      images     = var.images.airflow == null ? null : { airflow = var.images.airflow }
      postgresql = var.images.postgres == null ? null : { image = var.images.postgres }
    } : key => value if value != null
  }
  _images_layers = length(local._images) == 0 ? [] : [yamlencode(local._images)]

  layers = {
    for team in local.teams : team => concat(
      [file("${path.module}/values.yaml"), file("${path.module}/teams/${team}.yaml")],
      local._images_layers,
    )
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
  layers      = each.value
  team        = each.key
}
