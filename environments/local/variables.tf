variable "context" {
  description = "Kubeconfig context; null means the current one."
  type        = string
  default     = null
}

variable "kubeconfig" {
  description = "Path of the kubeconfig file; the default is that of the local cluster."
  type        = string
  default     = "/var/lib/airflow-on-kubernetes/kubeconfig"
  nullable    = false
}

variable "last_layer" {
  description = "Values in YAML that override those of every team: `make up` sets the images that it has built."
  type        = string
  default     = "{}"
  nullable    = false
}

variable "team" {
  description = "Team whose release to install; null means every team of teams/."
  type        = string
  default     = null

  validation {
    condition     = var.team == null || contains(local.known_teams, coalesce(var.team, "-"))
    error_message = "Unknown team ${coalesce(var.team, "-")} in local; known: ${join(", ", local.known_teams)}."
  }
}
