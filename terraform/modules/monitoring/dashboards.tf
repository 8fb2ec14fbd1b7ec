# The dashboards: pages of JSON, made by `make generate`, that are the same in each environment but
# for what they show first.

locals {
  pages = {
    for file in fileset("${path.module}/dashboards", "*.json.tftpl") : trimsuffix(file, ".json.tftpl") => jsondecode(
      templatefile("${path.module}/dashboards/${file}", {
        environment = var.environment
        runbooks    = var.runbooks
        service     = var.service
      })
    )
  }
}

resource "datadog_dashboard_json" "this" {
  for_each = local.pages

  # Datadog takes no other tag of a dashboard than its team.
  dashboard = jsonencode(merge(each.value, { tags = ["team:${var.owner}"] }))
}
