# Checks a team's file: its rules, and what rules cannot say (as scripts/releases/team_files.py does).

module "document" {
  source = "../document"

  advice = "fix its name, or ask the platform team to set it"
  rules  = var.rules.team
  text   = var.text
}

locals {
  own   = yamldecode(var.text)
  nodes = module.document.nodes

  names = try([for name in [local.own.team] : "`team` must be ${var.team}, the name of the file." if name != var.team], [])

  # Variables: `NAME: text`, `NAME: {value: text}` or `NAME: {valueFrom: {source: …}}`.
  _variables = [
    for node in local.nodes : {
      key    = node.key
      path   = node.path
      text   = try(tostring(node.value), tostring(node.value.value), "")
      source = try(node.value.valueFrom, null)
      stated = try(length(setsubtract(keys(node.value), ["value", "valueFrom"])) > 0 ? 1 : length(keys(node.value)), 1)
    } if can(regex("(^|[.])env[.][*]$", node.rule))
  ]
  variables = flatten([
    for one in local._variables : can(regex(var.rules.platform_variable, one.key)) ? ["`${one.path}` is set by the platform: remove it here and ask the platform team."] : concat(
      !contains(["", "0", "false"], coalesce(one.text, "0")) && anytrue([
        can(regex(var.rules.secret_name, one.key)) && !can(regex(var.rules.names_a_path, one.key)),
        can(regex(var.rules.secret_text, coalesce(one.text, "0"))),
      ]) ? ["`${one.path}` looks like a secret: store it in the secrets backend, or name a Secret in `valueFrom.secretKeyRef`."] : [],
      one.stated != 1 ? ["`${one.path}` must have one of `value` and `valueFrom`."] : [],
      one.stated == 1 && try(length(keys(one.source)) != 1, false) ? ["`${one.path}` must have one source in `valueFrom`."] : [],
      can(regex(var.rules.platform_secret, one.source.secretKeyRef.name)) ? ["`${one.path}` reads a Secret of the platform: name a Secret of the team."] : [],
    )
  ])

  # Tolerations that Kubernetes would refuse, with every pod of a task.
  _tolerations = [for node in local.nodes : node if node.rule == "workers.tolerations.*" && can(keys(node.value))]
  tolerations = concat(
    [
      for node in local._tolerations : "`${node.path}` must have no `value` with the operator Exists."
      if try(node.value.operator == "Exists", false) && can(node.value.value)
    ],
    [
      for node in local._tolerations : "`${node.path}` must have a `key`, or the operator Exists."
      if try(node.value.operator != "Exists", true) && !can(node.value.key)
    ],
    [
      for node in local._tolerations : "`${node.path}` must have the effect NoExecute with `tolerationSeconds`."
      if can(node.value.tolerationSeconds) && try(node.value.effect != "NoExecute", true)
    ],
  )

  # A layer takes a destination away by null.
  _places       = merge([for layer in var.lower : try(layer.networkPolicies.destinations, {})]...)
  _destinations = setunion(setsubtract(var.rules.destinations, [for name, place in local._places : name if place == null]), [for name, place in local._places : name if place != null])
  destinations = [
    for node in local.nodes : "`${node.path}`: this environment has no destination ${node.key}. Ask the platform team to add it; known: ${join(", ", local._destinations)}."
    if can(regex("^networkPolicies[.]egress[.][a-z]+[.][*]$", node.rule)) && !contains(local._destinations, node.key)
  ]

  # The request and the limit that hold for a component whose resources the file states: those of the
  # highest layer that states them.
  _layers = concat([local.own], reverse(var.lower))
  _amounts = flatten([
    for node in local.nodes : [
      for kind in ["cpu", "memory"] : {
        block = split(".", node.path)[0]
        kind  = kind
        own   = can(node.value.requests[kind]) || can(node.value.limits[kind])
        sides = {
          for side in ["requests", "limits"] : side => try([
            for layer in local._layers : tostring(layer[split(".", node.path)[0]].resources[side][kind])
            if try(layer[split(".", node.path)[0]].resources[side][kind], null) != null
          ][0], null)
        }
      }
    ] if can(regex("^[A-Za-z]+[.]resources$", node.rule))
  ])
  limits = [
    for one in local._amounts : "`${one.block}.resources`: the request of ${one.sides.requests} ${one.kind} is above the limit of ${one.sides.limits}: set `${one.block}.resources.limits.${one.kind}` to at least ${one.sides.requests}."
    if one.own && try(
      tonumber(regex("^[0-9.]+", one.sides.requests)) * var.rules.units[replace(one.sides.requests, "/^[0-9.]+/", "")]
      > tonumber(regex("^[0-9.]+", one.sides.limits)) * var.rules.units[replace(one.sides.limits, "/^[0-9.]+/", "")],
      false,
    )
  ]
}
