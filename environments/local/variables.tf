variable "context" {
  description = "The kubeconfig context to use; the current one when null."
  type        = string
  default     = null
}

variable "kubeconfig" {
  description = "Path of the kubeconfig file; by default that of the local cluster."
  type        = string
  default     = "/var/lib/airflow-on-kubernetes/kubeconfig"
  nullable    = false
}

variable "last_layer" {
  description = "Values, as YAML, over those of every team: `make up` names the images that it built."
  type        = string
  default     = "{}"
  nullable    = false
}

variable "team" {
  description = "The one team whose release is wanted; every team of teams/ when null."
  type        = string
  default     = null

  validation {
    condition     = var.team == null || contains(local.known_teams, coalesce(var.team, "-"))
    error_message = "There is no team ${coalesce(var.team, "-")} in local; known: ${join(", ", local.known_teams)}."
  }
}
