# Policies for the pods of one environment: classes of nodes by a label, and the owner of each pod. They belong to the
# administrator of the cluster; CI of the environment has no right to change them.

locals {
  facts = yamldecode(file("${var.folder}/environment.yaml"))

  # The namespaces of modules/release, which also gives them the label.
  teams = {
    for team in module.layers.teams : team => {
      namespaces  = ["airflow-${team}", "airflow-${team}-tasks"]
      costCenters = [for facts in [try(local.facts.terraform.teams[team], {})] : tostring(facts.cost_center) if try(facts.cost_center, null) != null]
      classes     = lookup(var.team_classes, team, [])
    }
  }

  unpaid = [for team, facts in local.teams : team if length(facts.costCenters) == 0]

  values = {
    classes        = var.classes
    contact        = var.contact
    engine         = var.engine
    mode           = var.mode
    namespaceLabel = { key = "environment", value = var.environment }
    teams          = local.teams
    webhook        = var.webhook
  }

  # The provider compares only versions, so it would miss an edit of the chart without a new version.
  chart       = "${path.module}/../../../charts/admission"
  chart_files = { for file in fileset(local.chart, "**") : file => filesha256("${local.chart}/${file}") }
}

# Refuses team files and facts with mistakes.
module "layers" {
  source = "../layers"

  environment = var.environment
  folder      = var.folder
}

resource "helm_release" "this" {
  name        = "airflow-${var.environment}"
  namespace   = var.namespace
  chart       = local.chart
  version     = yamldecode(file("${local.chart}/Chart.yaml")).version
  description = "chart ${substr(sha256(jsonencode(local.chart_files)), 0, 16)}"
  values      = [yamlencode(local.values)]

  # Continues after an interrupted apply.
  upgrade_install  = true
  create_namespace = true
  cleanup_on_fail  = true
  max_history      = 10
  wait             = true
  wait_for_jobs    = true

  lifecycle {
    precondition {
      condition     = length(local.unpaid) == 0
      error_message = "No pod of ${join(", ", local.unpaid)} would be accepted, because environment.yaml states no cost center: set terraform.teams.<team>.cost_center."
    }
    precondition {
      condition     = length(setsubtract(keys(var.team_classes), module.layers.teams)) == 0
      error_message = "`team_classes` contains a team without a file in teams/: ${join(", ", setsubtract(keys(var.team_classes), module.layers.teams))}; known: ${join(", ", module.layers.teams)}."
    }
  }
}
