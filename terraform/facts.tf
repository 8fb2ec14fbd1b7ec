# Facts that only other files can tell to be wrong.

locals {
  thresholds         = try(keys(module.monitoring[0].thresholds), [])
  unknown_thresholds = setsubtract(keys(try(var.facts.monitoring.thresholds, {})), local.thresholds)

  # As Helm sees it: the team's file over that of the environment.
  _common = yamldecode(file("${var.folder}/values.yaml"))
  lonely = flatten([
    for team, own in local.team_values : [
      for component in ["apiServer", "dagProcessor", "scheduler", "triggerer"] : "${component} of ${team}"
      if try(own[component].replicas, local._common[component].replicas, 1) < 2
    ] if var.environment == "prod"
  ])
}
