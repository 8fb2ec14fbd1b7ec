output "chart" {
  description = "Version and content of the chart, as this configuration sees it."
  value = {
    hash    = local.chart_hash
    version = local.chart_version
  }
}

output "name" {
  description = "Name of the Helm release, whoever deploys it."
  value       = var.name
}

output "namespaces" {
  description = "Names of the namespaces: `release` for the components, `tasks` for task pods."
  value       = { for kind, namespace in kubernetes_namespace_v1.this : kind => namespace.metadata[0].name }
}
