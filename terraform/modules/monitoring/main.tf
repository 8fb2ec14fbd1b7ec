# Datadog for one environment: the monitors of monitors.tf with their tags, recipients and messages.

locals {
  # Only prod pages people, and repeats the page each hour.
  _warn = { interval = null, priority = "4", statuses = null }
  _page = { interval = 60, priority = "1", statuses = ["alert"] }
  classes = {
    page = coalesce(var.tier, var.environment) == "prod" ? local._page : local._warn
    part = merge(local._warn, { priority = "5" })
    warn = local._warn
  }

  tags = concat(
    ["env:${var.environment}", "managed-by:terraform", "service:${var.service}", "team:${var.owner}"],
    var.airflow_version == null ? [] : ["version:${var.airflow_version}"],
  )

  recipients = { for team in var.teams : team => tolist(coalescelist(lookup(var.team_notify, team, []), [var.notify.warn])) }

  # The tag of a group that says whose it is, and its values for each team.
  _values = {
    team                 = { for team in var.teams : team => [team] }
    kube_namespace       = { for team in var.teams : team => ["${var.name}-${team}", "${var.name}-${team}-tasks"] }
    namespace            = { for team in var.teams : team => ["${var.name}-${team}", "${var.name}-${team}-tasks"] }
    dbinstanceidentifier = { for team in var.teams : team => compact([lookup(var.databases, team, "")]) }
  }
  # Exactly: `is_match` looks for a part, and `data` is a part of `data-eu`.
  _matches = {
    for tag, teams in local._values : tag => flatten([
      for team, handles in var.team_notify : [
        for value in lookup(teams, team, []) : { condition = "is_exact_match \"${tag}.name\" \"${value}\"", handles = join(" ", handles) }
      ] if length(handles) > 0
    ])
  }
  # Recipients of the teams, and the common one for groups of all others.
  own = { for tag, matches in local._matches : tag => join("\n", [for one in matches : "{{#${one.condition}}} ${one.handles} {{/is_exact_match}}"]) }
  warn = {
    for tag, matches in local._matches : tag => join("", concat(
      [for one in matches : "{{^${one.condition}}}"], [" ${var.notify.warn} "], [for one in matches : "{{/is_exact_match}}"],
    ))
  }

  # That tag of each monitor, from its query; empty for one of the whole environment.
  _queries = merge(
    { for id, monitor in local.monitors : id => monitor.query },
    { for id, composite in local.composites : id => local.monitors[composite.parts[0]].query },
  )
  _tags = { for id, query in local._queries : id => try(regex("by \\{(team|kube_namespace|namespace|dbinstanceidentifier)[,}]", query)[0], "") }

  # A part has the runbook of its composite monitor.
  _wholes = merge([for id, composite in local.composites : { for part in composite.parts : part => id }]...)
  messages = {
    for id, monitor in merge(local.monitors, local.composites) : id => join("\n\n", compact([
      "Runbook: ${var.runbooks}#${lookup(local._wholes, id, id)}",
      monitor.class == "part" ? "" : trimspace(join("\n", compact([
        local.classes[monitor.class].interval == null ? lookup(local.warn, local._tags[id], var.notify.warn)
        : "{{^is_warning}} ${var.notify.page} {{/is_warning}}\n{{#is_warning}} ${var.notify.warn} {{/is_warning}}",
        lookup(local.own, local._tags[id], ""),
      ]))),
    ]))
  }
  # Null for a threshold of 0, which has no multiples.
  multiples = {
    for id, monitor in local.monitors : id => {
      for name, factors in {
        critical_recovery = [monitor.recovery]
        warning           = [monitor.warning]
        warning_recovery  = [monitor.warning, monitor.recovery]
      } : name => monitor.threshold == 0 || contains([for factor in factors : factor == null], true) ? null
      : monitor.threshold * factors[0] * (length(factors) > 1 ? factors[1] : 1)
    }
  }
}

resource "datadog_monitor" "this" {
  for_each = local.monitors

  type             = "query alert"
  name             = "Airflow ${var.environment}: ${each.value.name}"
  message          = local.messages[each.key]
  query            = "${each.value.query} ${each.value.comparator} ${each.value.threshold}"
  evaluation_delay = each.value.evaluation_delay
  on_missing_data  = each.value.on_missing_data
  priority         = local.classes[each.value.class].priority
  tags             = concat(local.tags, ["monitor:${each.key}"])
  validate         = var.validate

  # Airflow's metrics are sparse, and a new team's components need time to start.
  new_group_delay     = 300
  require_full_window = false
  include_tags        = true

  renotify_interval = local.classes[each.value.class].interval
  renotify_statuses = local.classes[each.value.class].statuses

  group_retention_duration = each.value.retention

  monitor_thresholds {
    critical          = each.value.threshold
    critical_recovery = local.multiples[each.key].critical_recovery
    warning           = local.multiples[each.key].warning
    warning_recovery  = local.multiples[each.key].warning_recovery
  }
}

resource "datadog_monitor" "composite" {
  for_each = local.composites

  type         = "composite"
  name         = "Airflow ${var.environment}: ${each.value.name}"
  message      = local.messages[each.key]
  query        = join(" && ", concat([for part in each.value.parts : datadog_monitor.this[part].id], [for gate in each.value.gates : "!${datadog_monitor.this[gate].id}"]))
  priority     = local.classes[each.value.class].priority
  tags         = concat(local.tags, ["monitor:${each.key}"])
  include_tags = true
  validate     = var.validate

  renotify_interval = local.classes[each.value.class].interval
  renotify_statuses = local.classes[each.value.class].statuses
}
