variable "chart" {
  description = "Path of the chart."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.chart}/Chart.yaml")
    error_message = "`chart` must be the path of a chart: ${var.chart} has no Chart.yaml."
  }
}

variable "ci_group" {
  description = "Group of CI in the cluster, to which Terraform gives the rights of terraform/bootstrap in the two namespaces; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.ci_group == null || can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.ci_group))
    error_message = "`ci_group` must consist of lower-case letters, digits and dashes, and start with a letter, not ${coalesce(var.ci_group, "null")}."
  }
}

variable "config_maps" {
  description = "ConfigMaps to create in both namespaces before the release: name to file name to text."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for files in values(var.config_maps) : length(join("", values(files))) < 1000000
    ])
    error_message = "A ConfigMap in `config_maps` exceeds 1 MB, the limit of Kubernetes. Put large files into the image or a Dag bundle."
  }
}

variable "cost_center" {
  description = "Cost centre of the team, a label of its namespaces; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.cost_center == null || can(regex("^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$", var.cost_center))
    error_message = "`cost_center` must be a label value, at most 63 letters, digits, dashes, dots and underscores, not ${coalesce(var.cost_center, "null")}."
  }
}

variable "deployed_by" {
  description = "Owner of the release. With `ci`, this module creates everything but the release, which `python -m scripts deploy` installs."
  type        = string
  default     = "terraform"
  nullable    = false

  validation {
    condition     = contains(["terraform", "ci"], var.deployed_by)
    error_message = "`deployed_by` must be terraform or ci, not ${var.deployed_by}."
  }
}

variable "environment" {
  description = "Name of the environment, such as local, nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 63
    error_message = "`environment` must consist of at most 63 lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "last_layer" {
  description = "Values as YAML that override all `layers`: names and ARNs of resources. CI reads them from the ConfigMap `<name>-terraform` in the release's namespace."
  type        = string
  default     = "{}"
  nullable    = false

  validation {
    condition     = can(keys(yamldecode(var.last_layer)))
    error_message = "`last_layer` must be YAML text with a map of values."
  }
}

variable "layers" {
  description = "Values files as text; later ones override earlier ones. They must not contain secrets, because the state stores them in plain text."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for layer in var.layers : can(keys(yamldecode(layer)))])
    error_message = "Each of `layers` must be YAML text with a map of values."
  }
}

variable "limits" {
  description = "LimitRange of the namespace of tasks: requests of `cpu` and `memory` for containers that state none; `memory_limit` for those without a memory limit; `largest` (`cpu`, `memory`) refuses a pod with a larger container, and is the default limit."
  type = object({
    enabled      = optional(bool, true)
    cpu          = optional(string, "100m")
    memory       = optional(string, "256Mi")
    memory_limit = optional(string)
    largest = optional(object({
      cpu    = optional(string)
      memory = optional(string)
    }), {})
  })
  default  = {}
  nullable = false

  # The API server writes 0.5 as 500m and 1024Mi as 1Gi, and the provider compares texts: each plan would differ.
  validation {
    condition = alltrue([
      for quantity in compact([var.limits.cpu, var.limits.memory, var.limits.memory_limit, var.limits.largest.cpu, var.limits.largest.memory]) :
      can(regex("^[1-9][0-9]*(m|[KMGT]i)?$", quantity))
      && try(tonumber(regex("^([0-9]+)m$", quantity)[0]) % 1000, 1) != 0
      && try(tonumber(regex("^([0-9]+)[KMGT]i$", quantity)[0]) % 1024, 1) != 0
    ])
    error_message = "`limits` must contain Kubernetes quantities in their shortest form, such as 500m (not 0.5), 2 (not 2000m) or 64Gi (not 65536Mi)."
  }

  validation {
    condition     = !var.limits.enabled || !anytrue([for layer in var.layers : try(length(yamldecode(layer).tasks.limits) > 0, false)])
    error_message = "Two owners of the default requests of tasks: remove `tasks.limits` from the values, or set `limits.enabled` to false."
  }
}

variable "name" {
  description = "Name of the Helm release, and prefix of its namespaces."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name)) && length(var.name) <= 40
    error_message = "`name` must consist of at most 40 lower-case letters, digits and dashes, and start with a letter, as the chart requires, not ${var.name}."
  }
}

variable "plan_group" {
  description = "Group of the check for drift in the cluster, which may read the two namespaces and try changes there; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.plan_group == null || can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.plan_group))
    error_message = "`plan_group` must consist of lower-case letters, digits and dashes, and start with a letter, not ${coalesce(var.plan_group, "null")}."
  }
}

variable "quotas" {
  description = "ResourceQuotas of the namespaces of the release and of its tasks: total requests of `cpu` and `memory`, number of `pods` and `volume_claims`. `more` takes any other key of a ResourceQuota."
  type = object({
    release = optional(object({
      enabled       = optional(bool, true)
      cpu           = optional(string, "16")
      memory        = optional(string, "64Gi")
      pods          = optional(number, 50)
      volume_claims = optional(number, 10)
      more          = optional(map(string), {})
    }), {})
    tasks = optional(object({
      enabled       = optional(bool, true)
      cpu           = optional(string, "64")
      memory        = optional(string, "256Gi")
      pods          = optional(number, 250)
      volume_claims = optional(number, 10)
      more          = optional(map(string), {})
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for quota in values(var.quotas) : alltrue([
        for quantity in concat([quota.cpu, quota.memory], values(quota.more)) :
        can(regex("^[0-9]+(\\.[0-9]+)?(m|k|[KMGTPE]i?)?$", quantity))
      ])
    ])
    error_message = "`quotas` must contain Kubernetes quantities, such as 500m, 16 or 64Gi."
  }

  validation {
    condition     = alltrue([for quota in values(var.quotas) : quota.pods > 0 && quota.volume_claims >= 0])
    error_message = "In `quotas`, `pods` must be at least 1 and `volume_claims` at least 0."
  }
}

variable "secret_revisions" {
  description = "Revisions of the Secrets in the release's namespace: name to a number that changes with the value."
  type        = map(number)
  default     = {}
  nullable    = false
}

variable "secrets" {
  description = "Data of the Secrets in `secret_revisions`: name to key to value. Ephemeral, so it is not in a plan or in the state."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true

  validation {
    condition     = length(setsubtract(keys(var.secret_revisions), keys(var.secrets))) == 0
    error_message = "`secrets` must have an entry for each Secret in `secret_revisions`: ${join(", ", keys(var.secret_revisions))}."
  }
}

variable "task_logs" {
  description = "Share for the logs of tasks, as in a PersistentVolume: `hostPath`, a folder of the only node, or a volume of `csi`. Null means none."
  type = object({
    hostPath = optional(string)
    csi = optional(object({
      driver           = string
      volumeHandle     = string
      volumeAttributes = optional(map(string))
    }))
  })
  default = null

  validation {
    condition     = var.task_logs == null || try((var.task_logs.hostPath == null) != (var.task_logs.csi == null), false)
    error_message = "`taskLogs` must contain either hostPath or csi."
  }

  validation {
    condition     = startswith(try(coalesce(var.task_logs.hostPath, "/"), "/"), "/")
    error_message = "`taskLogs.hostPath` must be an absolute path, not ${try(coalesce(var.task_logs.hostPath), "")}."
  }
}

variable "team" {
  description = "Name of the team that owns the release."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must consist of lower-case letters, digits and single dashes, and start with a letter, not ${var.team}."
  }

  validation {
    condition     = !endswith(var.team, "-tasks")
    error_message = "`team` must not end in -tasks: ${var.name}-${var.team} would be the namespace of another team's tasks."
  }

  validation {
    condition     = length("${var.name}-${var.team}-tasks") <= 63
    error_message = "The namespace ${var.name}-${var.team}-tasks exceeds the 63 characters that Kubernetes allows. Shorten `team`."
  }
}

variable "timeout_seconds" {
  description = "Seconds that Helm waits for each operation until all pods are ready and all Jobs have completed."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 60 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "`timeout_seconds` must be a whole number, at least 60, not ${var.timeout_seconds}."
  }
}
