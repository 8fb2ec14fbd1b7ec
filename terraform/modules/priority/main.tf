# The PriorityClass of the components of one environment. It is an object of the whole cluster, so that it
# belongs to the environment and not to a release: the name differs between environments that share a cluster.

resource "kubernetes_priority_class_v1" "components" {
  metadata {
    name = "airflow-${var.environment}-components"
    labels = {
      "app.kubernetes.io/managed-by" = "terraform"
      "app.kubernetes.io/part-of"    = "airflow"
      environment                    = var.environment
    }
  }

  description = "Components of Airflow (${var.environment}), which are scheduled before the pods of tasks."
  value       = 1000000

  # Waiting components come first, but never stop a running task: quotas of tasks leave them their room.
  preemption_policy = "Never"
}
