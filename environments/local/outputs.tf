output "releases" {
  description = "Each team's release: its name, its namespaces, and the chart that it was made from."
  value       = module.release
}
