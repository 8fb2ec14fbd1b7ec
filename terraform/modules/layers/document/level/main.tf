# One level of a document: the values within those of the level above. HCL has no recursion, so
# `document` calls this once for each level.

locals {
  paths      = { for path in keys(var.rules) : path => path }
  containers = { "{" = "map", "[" = "list" }

  # Nothing below an unknown key, or below a map in place of a text, is looked at. A key with dots is never
  # the path of a rule: `scheduler.replicas: 2` does not set `replicas` of `scheduler`.
  nodes = flatten([
    for above in var.above : [
      for key, value in above.value : {
        key    = key
        path   = trimprefix("${above.path}.${key}", ".")
        rule   = lookup(local.paths, strcontains(key, ".") ? "." : trimprefix("${above.rule}.${key}", "."), trimprefix("${above.rule}.*", "."))
        value  = value
        within = above.rule
      }
    ] if try(contains(var.rules[above.rule].types, local.containers[substr(jsonencode(above.value), 0, 1)]), false)
  ])
}
