variable "chart" {
  description = "Path of the chart's folder."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.chart}/Chart.yaml")
    error_message = "`chart` must be the folder of a chart: ${var.chart} has no Chart.yaml."
  }
}

variable "config_maps" {
  description = "ConfigMaps that both namespaces get before the release: name, then file name, then text."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for files in values(var.config_maps) : length(join("", values(files))) < 1000000
    ])
    error_message = "A ConfigMap of `config_maps` holds less than 1 MB: bring large files in an image or with git-sync."
  }
}

variable "deployed_by" {
  description = "The one owner of the release: `terraform`, or `ci`, for which everything else is made ready."
  type        = string
  default     = "terraform"
  nullable    = false

  validation {
    condition     = contains(["terraform", "ci"], var.deployed_by)
    error_message = "`deployed_by` must be terraform or ci, not ${var.deployed_by}."
  }
}

variable "environment" {
  description = "The environment: local, nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 63
    error_message = "`environment` must be lower-case letters, digits and dashes, at most 63 characters."
  }
}

variable "last_layer" {
  description = "Values, as YAML, over all `layers`: names that Terraform has made up. CI finds them in the ConfigMap `<name>-terraform` of the release's namespace."
  type        = string
  default     = "{}"
  nullable    = false

  validation {
    condition     = can(keys(yamldecode(var.last_layer)))
    error_message = "`last_layer` must be a YAML map of values."
  }
}

variable "layers" {
  description = "Values files as text, in order: later ones win. Names of Secrets may be in them, secrets never: Terraform's state keeps them readable."
  type        = list(string)
  nullable    = false

  validation {
    condition     = alltrue([for layer in var.layers : can(keys(yamldecode(layer)))])
    error_message = "Each of `layers` must be a YAML map of values."
  }
}

variable "name" {
  description = "Name of the release, and the first word of its namespaces."
  type        = string
  default     = "airflow"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.name)) && length(var.name) <= 40
    error_message = "`name` must be lower-case letters, digits and dashes, at most 40 characters (a rule of the chart)."
  }
}

variable "quotas" {
  description = "What the namespaces of the release and of its tasks may ask for together; `more` takes any names that a Kubernetes ResourceQuota knows."
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
    error_message = "`quotas` must hold quantities as Kubernetes writes them: 500m, 16, 64Gi."
  }

  validation {
    condition     = alltrue([for quota in values(var.quotas) : quota.pods > 0 && quota.volume_claims >= 0])
    error_message = "`quotas` must leave room for pods: `pods` is at least 1, `volume_claims` at least 0."
  }
}

variable "secret_revisions" {
  description = "Secrets of the release's namespace: name, then a number, another one for another value."
  type        = map(number)
  default     = {}
  nullable    = false
}

variable "secrets" {
  description = "What the Secrets of `secret_revisions` hold: name, then key, then text. Ephemeral: in no plan and no state."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true

  validation {
    condition     = length(setsubtract(keys(var.secret_revisions), keys(var.secrets))) == 0
    error_message = "`secrets` must hold each of `secret_revisions`: ${join(", ", keys(var.secret_revisions))}."
  }
}

variable "team" {
  description = "The team that owns the release."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must be lower-case letters, digits and single dashes, and start with a letter."
  }

  validation {
    condition     = !endswith(var.team, "-tasks")
    error_message = "`team` must not end in -tasks: its namespace would be that of another team's tasks."
  }

  validation {
    condition     = length("${var.name}-${var.team}-tasks") <= 63
    error_message = "`team` is too long: the namespace ${var.name}-${var.team}-tasks has more than 63 characters."
  }
}

variable "timeout_seconds" {
  description = "How long Helm waits for each operation: all pods ready, all jobs done."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 60 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "`timeout_seconds` must be a whole number of at least 60."
  }
}
