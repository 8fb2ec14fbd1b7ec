output "releases" {
  description = "Release of each team: its name, its namespaces, and the version and hash of its chart."
  value       = module.release
}
