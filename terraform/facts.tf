# A misspelt fact is an error: by itself Terraform drops what a type does not know without a word.

locals {
  _paths = {
    for who, facts in { known = var.facts, stated = var.stated } : who => toset(flatten([
      for a, below in facts : can(keys(below)) ? flatten([
        for b, below in below : can(keys(below)) ? flatten([
          for c, below in below : can(keys(below)) ? flatten([
            for d, below in below : can(keys(below)) ? [for e in keys(below) : "${a}.${b}.${c}.${d}.${e}"] : ["${a}.${b}.${c}.${d}"]
          ]) : ["${a}.${b}.${c}"]
        ]) : ["${a}.${b}"]
      ]) : [a]
    ]))
  }
  # A map that is there and empty has no path of its own below.
  unknown_facts = sort([
    for path in setsubtract(local._paths.stated, local._paths.known) : path
    if !anytrue([for known in local._paths.known : startswith(known, "${path}.")])
  ])

  thresholds         = try(keys(module.monitoring[0].thresholds), [])
  unknown_thresholds = setsubtract(keys(try(var.facts.monitoring.thresholds, {})), local.thresholds)

  # As in Helm, the team's file overrides the environment's.
  _common = yamldecode(file("${var.folder}/values.yaml"))
  single_replicas = flatten([
    for team, own in local.team_values : [
      for component in values(local.components) : "${component.key} of ${team}"
      if try(component.replicated, false) && try(own[component.key].replicas, local._common[component.key].replicas, 1) < 2
    ] if var.environment == "prod"
  ])
}
