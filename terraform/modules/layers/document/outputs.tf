output "nodes" {
  description = "Every value of the document: its key, path, kind, the path of its rule, and the value."
  value       = local.nodes
}

output "problems" {
  description = "A sentence for each mistake in the text."
  value       = local.problems
}
