# Datadog for one environment: what its tags and handles are, and the monitors of the table beside this.

locals {
  # prod wakes people up, and nothing else does; who did nothing then is woken up again.
  _warn = { handle = var.notify.warn, interval = null, priority = "4", statuses = null }
  _wake = { handle = var.notify.page, interval = 60, priority = "1", statuses = ["alert", "no data"] }
  classes = {
    page = var.environment == "prod" ? local._wake : local._warn
    part = merge(local._warn, { handle = "", priority = "5" })
    warn = local._warn
  }

  tags = concat(
    ["env:${var.environment}", "managed-by:terraform", "service:${var.service}", "team:${var.owner}"],
    var.airflow_version == null ? [] : ["version:${var.airflow_version}"],
  )
  messages = {
    for id, monitor in merge(local.monitors, local.composites) : id => trimspace(join("\n\n", [
      "{{#is_no_data}}Nothing is heard of this any more.{{/is_no_data}}",
      "What it means and what to do: ${var.runbooks}#${id}",
      local.classes[monitor.class].handle,
    ]))
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

  # Metrics of Airflow are sparse; a team that is new has to come up first.
  new_group_delay     = 300
  require_full_window = false
  include_tags        = true

  renotify_interval = local.classes[each.value.class].interval
  renotify_statuses = local.classes[each.value.class].statuses

  monitor_thresholds {
    critical = each.value.threshold
  }
}

resource "datadog_monitor" "composite" {
  for_each = local.composites

  type         = "composite"
  name         = "Airflow ${var.environment}: ${each.value.name}"
  message      = local.messages[each.key]
  query        = join(" && ", [for part in each.value.parts : datadog_monitor.this[part].id])
  priority     = local.classes[each.value.class].priority
  tags         = concat(local.tags, ["monitor:${each.key}"])
  include_tags = true
  validate     = var.validate

  renotify_interval = local.classes[each.value.class].interval
  renotify_statuses = local.classes[each.value.class].statuses
}
