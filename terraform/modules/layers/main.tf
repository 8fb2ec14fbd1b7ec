# The files of an environment: the layers of each team's release in their order, checked before anything
# takes them. Python reads and checks the same files by the same list and the same rules.

locals {
  root  = "${path.module}/../../.."
  rules = jsondecode(file("${path.module}/rules.json"))

  # `{team}` in the name of a layer makes it the team's own.
  _patterns = yamldecode(file("${local.root}/environments/layers.yaml")).layers
  _own      = one([for pattern in local._patterns : pattern if strcontains(pattern, "{team}")])
  _around   = split("{team}", local._own)

  teams = sort([
    for file in fileset(var.folder, replace(local._own, "{team}", "*")) :
    trimsuffix(trimprefix(file, local._around[0]), local._around[1])
  ])
  layers = {
    for team in local.teams : team => [
      for pattern in local._patterns : file("${var.folder}/${replace(pattern, "{team}", team)}")
    ]
  }
  own = { for team in local.teams : team => file("${var.folder}/${replace(local._own, "{team}", team)}") }

  # Below a team's file: the chart's defaults, then what is the same for all teams.
  lower = concat(
    [yamldecode(file("${local.root}/charts/airflow/values.yaml"))],
    [for pattern in local._patterns : yamldecode(file("${var.folder}/${pattern}")) if pattern != local._own],
  )

  problems = concat(
    [for sentence in module.facts.problems : "environment.yaml: ${sentence}"],
    flatten([
      for team, file in module.team_file : [for sentence in file.problems : "${replace(local._own, "{team}", team)}: ${sentence}"]
    ]),
  )
}

module "facts" {
  source = "./document"

  advice = "fix its name; environments/environment.schema.json describes every fact"
  rules  = local.rules.environment
  text   = file("${var.folder}/environment.yaml")
}

module "team_file" {
  source   = "./team_file"
  for_each = local.own

  lower = local.lower
  rules = local.rules
  team  = each.key
  text  = each.value
}
