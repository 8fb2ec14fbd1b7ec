output "chart" {
  description = "Version of the chart and hash of its files."
  value = {
    hash    = local.chart_hash
    version = local.chart_version
  }
}

output "name" {
  description = "Name of the Helm release, with either owner."
  value       = var.name
}

output "namespaces" {
  description = "Names of the namespaces: `release` for components, `tasks` for task pods."
  value       = { for kind, namespace in kubernetes_namespace_v1.this : kind => namespace.metadata[0].name }
}
