output "name" {
  description = "Name of the PriorityClass of components."
  value       = kubernetes_priority_class_v1.components.metadata[0].name
}
