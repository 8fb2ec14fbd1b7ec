output "nodes" {
  description = "The nodes of this level: key, path, path of the rule, value, and the rule of the level above."
  value       = local.nodes
}
