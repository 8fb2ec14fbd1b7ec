output "problems" {
  description = "A sentence for each mistake in the file."
  value       = concat(module.document.problems, local.names, local.variables, local.tolerations, local.destinations, local.limits)
}
