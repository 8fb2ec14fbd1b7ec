# Datadog for one environment: the monitors of monitors.tf with their tags, recipients and messages.

locals {
  # Only prod pages people, and repeats the page each hour.
  _warn = { handle = var.notify.warn, interval = null, priority = "4", statuses = null }
  _page = { handle = var.notify.page, interval = 60, priority = "1", statuses = ["alert", "no data"] }
  classes = {
    page = var.environment == "prod" ? local._page : local._warn
    part = merge(local._warn, { handle = "", priority = "5" })
    warn = local._warn
  }

  tags = concat(
    ["env:${var.environment}", "managed-by:terraform", "service:${var.service}", "team:${var.owner}"],
    var.airflow_version == null ? [] : ["version:${var.airflow_version}"],
  )
  messages = {
    for id, monitor in merge(local.monitors, local.composites) : id => trimspace(join("\n\n", [
      "{{#is_no_data}}No data received.{{/is_no_data}}",
      "Runbook: ${var.runbooks}#${id}",
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

  # Airflow's metrics are sparse, and a new team's components need time to start.
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
