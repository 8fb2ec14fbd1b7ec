# Checks a YAML text by the rules of rules.json: HCL cannot validate by a JSON schema.

locals {
  # A node is a value of the document. `rule` is its path in the table, where `*` stands for any key and
  # any list item.
  root = { key = "", path = "", rule = "", within = "", value = yamldecode(var.text) }

  kinds = { "\"" = "string", "{" = "map", "[" = "list", n = "null", t = "boolean", f = "boolean" }
  nodes = [
    for node in concat(
      [local.root],
      module.level_1.nodes, module.level_2.nodes, module.level_3.nodes, module.level_4.nodes,
      module.level_5.nodes, module.level_6.nodes, module.level_7.nodes,
      ) : merge(node, {
        kind = lookup(local.kinds, substr(jsonencode(node.value), 0, 1), strcontains(jsonencode(node.value), ".") ? "number" : "integer")
        says = lookup(var.rules, node.rule, null)
    })
  ]

  # A value that breaks its rule. A condition that a rule does not have is an error, which counts as kept.
  _broken = [
    for node in local.nodes : node if try(!alltrue([
      anytrue([for kind in node.says.types : kind == node.kind || kind == "number" && node.kind == "integer"]),
      try(contains(node.says.enum, node.value), true),
      node.says.pattern == null || node.kind != "string" || can(regex(node.says.pattern, node.value)),
      node.kind == "string" || try(node.value >= node.says.minimum, true),
      node.kind == "string" || try(node.value <= node.says.maximum, true),
    ]), false)
  ]

  problems = concat(
    [for node in local.nodes : "`${node.path}` is empty (null): give it a value, or remove the key." if node.kind == "null"],
    [for node in local.nodes : "`${node.path}` is not a key of this file: ${var.advice}." if node.says == null && node.kind != "null"],
    [for node in local._broken : "`${node.path}` must ${node.says.must}." if node.kind != "null"],
    [
      for node in local.nodes : "the key `${node.path}` must ${var.rules[node.within].keys_must}."
      if try(var.rules[node.within].keys != null && !can(regex(var.rules[node.within].keys, node.key)), false)
    ],
    flatten([
      for node in local.nodes : [
        for key in setsubtract(node.says.required, keys(node.value)) : "`${trimprefix("${node.path}.${key}", ".")}` is missing: add it."
      ] if node.kind == "map" && try(length(node.says.required) > 0, false)
    ]),
  )
}

# As many levels as the deepest rule has.
module "level_1" {
  source = "./level"
  above  = [local.root]
  rules  = var.rules
}

module "level_2" {
  source = "./level"
  above  = module.level_1.nodes
  rules  = var.rules
}

module "level_3" {
  source = "./level"
  above  = module.level_2.nodes
  rules  = var.rules
}

module "level_4" {
  source = "./level"
  above  = module.level_3.nodes
  rules  = var.rules
}

module "level_5" {
  source = "./level"
  above  = module.level_4.nodes
  rules  = var.rules
}

module "level_6" {
  source = "./level"
  above  = module.level_5.nodes
  rules  = var.rules
}

module "level_7" {
  source = "./level"
  above  = module.level_6.nodes
  rules  = var.rules
}
