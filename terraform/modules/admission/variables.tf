variable "classes" {
  description = "Classes by name, as `classes` in the values of charts/admission."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = can(keys(var.classes))
    error_message = "`classes` must be a map of classes by name, such as { spark = { tolerations = [...] } }."
  }
}

variable "contact" {
  description = "URL at the end of each refusal: where authors of Dags find help."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.contact == "" || can(regex("^https?://", var.contact))
    error_message = "`contact` must be a URL that begins with https:// or http://, not ${var.contact}."
  }
}

variable "engine" {
  description = "Program that changes pods: `auto`, `cel` (Kubernetes 1.36 and newer) or `webhook`."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "cel", "webhook"], var.engine)
    error_message = "`engine` must be auto, cel or webhook, not ${var.engine}."
  }
}

variable "environment" {
  description = "Name of the environment, as environment.yaml calls it; its namespaces have it as a label."
  type        = string
  nullable    = false
}

variable "folder" {
  description = "Path of the environment's folder, with environment.yaml, values.yaml and teams/."
  type        = string
  nullable    = false
}

variable "mode" {
  description = "`enforce` refuses pods that break a rule; `audit` only warns and records them."
  type        = string
  default     = "enforce"
  nullable    = false

  validation {
    condition     = contains(["audit", "enforce"], var.mode)
    error_message = "`mode` must be enforce or audit, not ${var.mode}."
  }
}

variable "namespace" {
  description = "Namespace of the Helm release, outside those of Airflow."
  type        = string
  default     = "airflow-admission"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "`namespace` must consist of at most 63 lower-case letters, digits and dashes, not ${var.namespace}."
  }
}

variable "team_classes" {
  description = "By team, the classes that its pods may have."
  type        = map(list(string))
  default     = {}
  nullable    = false

  # The type of `classes` is open: another validation refuses one that is not a map.
  validation {
    condition     = length(setsubtract(flatten(values(var.team_classes)), try(keys(var.classes), []))) == 0
    error_message = "`team_classes` contains a class that `classes` lacks: ${join(", ", setsubtract(flatten(values(var.team_classes)), try(keys(var.classes), [])))}."
  }
}

variable "webhook" {
  description = "Server of the engine `webhook`, as `webhook` in the values of charts/admission; it needs an image."
  type        = any
  default     = {}
  nullable    = false
}
