# Datadog for one environment: what its tags and handles are, and the monitors of the table beside this.

locals {
  # prod wakes people up, and nothing else does.
  _page    = var.environment == "prod" ? var.notify.page : var.notify.warn
  handles  = { page = local._page, part = "", warn = var.notify.warn }
  priority = { page = var.environment == "prod" ? "1" : "4", part = "5", warn = "4" }

  tags = concat(
    ["env:${var.environment}", "managed-by:terraform", "service:${var.service}", "team:${var.owner}"],
    var.airflow_version == null ? [] : ["version:${var.airflow_version}"],
  )
  messages = {
    for id, monitor in merge(local.monitors, local.composites) : id => trimspace(join("\n\n", [
      "{{#is_no_data}}Nothing is heard of this any more.{{/is_no_data}}",
      "What it means and what to do: ${var.runbooks}#${id}",
      local.handles[monitor.class],
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
  priority         = local.priority[each.value.class]
  tags             = concat(local.tags, ["monitor:${each.key}"])
  validate         = var.validate

  # Metrics of Airflow are sparse; a team that is new has to come up first.
  new_group_delay     = 300
  require_full_window = false
  include_tags        = true

  # Somebody who was woken up and did nothing is woken up again.
  renotify_interval = each.value.class == "page" && var.environment == "prod" ? 60 : null
  renotify_statuses = each.value.class == "page" && var.environment == "prod" ? ["alert", "no data"] : null

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
  priority     = local.priority[each.value.class]
  tags         = concat(local.tags, ["monitor:${each.key}"])
  include_tags = true
  validate     = var.validate

  renotify_interval = each.value.class == "page" && var.environment == "prod" ? 60 : null
  renotify_statuses = each.value.class == "page" && var.environment == "prod" ? ["alert", "no data"] : null
}
