output "problems" {
  description = "A sentence for each mistake in the file."
  value       = concat(module.document.problems, local.names, local.secrets, local.destinations, local.limits)
}
