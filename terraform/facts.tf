# Checks of facts against other files.

locals {
  thresholds         = try(keys(module.monitoring[0].thresholds), [])
  unknown_thresholds = setsubtract(keys(try(var.facts.monitoring.thresholds, {})), local.thresholds)

  # As in Helm, the team's file overrides the environment's.
  _common   = yamldecode(file("${var.folder}/values.yaml"))
  _defaults = yamldecode(file("${path.module}/../charts/airflow/values.yaml"))
  single_replicas = flatten([
    for team, own in local.team_values : [
      for component in values(local.components) : "${component.key} of ${team}"
      if try(component.replicated, false) && try(local._common[component.key].enabled, local._defaults[component.key].enabled, true) != false && try(own[component.key].replicas, local._common[component.key].replicas, 1) < 2
    ] if local.tier == "prod"
  ])
}
