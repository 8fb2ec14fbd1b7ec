# Dashboards. `make generate` writes their JSON; environments differ only in the default of the environment
# filter, in links and in thresholds.

locals {
  pages = {
    for file in fileset("${path.module}/dashboards", "*.json.tftpl") : trimsuffix(file, ".json.tftpl") => jsondecode(
      templatefile("${path.module}/dashboards/${file}", {
        environment = var.environment
        runbooks    = var.runbooks
        service     = var.service
        thresholds  = var.thresholds
      })
    )
  }
}

resource "datadog_dashboard_json" "this" {
  for_each = local.pages

  # `team` is the only tag that Datadog accepts on dashboards.
  dashboard = jsonencode(merge(each.value, { tags = ["team:${var.owner}"] }))
}
