variable "connections" {
  description = "Connections that Airflow of the team looks up, by id. Without `revision` somebody else writes the value; with one, `lookup_values` has it when the revision is new."
  type = map(object({
    description = optional(string, "A connection of Airflow.")
    revision    = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in keys(var.connections) : can(regex("^[A-Za-z0-9_.]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$", id)) && !strcontains(id, "--")])
    error_message = "`connections` must have ids of letters, digits, dots, underscores and single dashes: -- parts a team from an id."
  }
}

variable "csi" {
  description = "With `delivery = \"csi\"`: more parameters of the SecretProviderClasses, such as usePodIdentity."
  type = object({
    parameters = optional(map(string), {})
  })
  default  = {}
  nullable = false
}

variable "database" {
  description = "How to connect to the database, as the module `database` says it in `connection`; null when it is a pod of the release."
  type = object({
    host                = string
    name                = string
    password_secret_id  = string
    password_version_id = optional(string)
    port                = number
    user                = string
  })
  default = null
}

variable "delivery" {
  description = "How secrets get into the cluster: external_secrets, csi, or data_wo."
  type        = string
  default     = "external_secrets"
  nullable    = false

  validation {
    condition     = contains(["csi", "data_wo", "external_secrets"], var.delivery)
    error_message = "`delivery` must be external_secrets, csi or data_wo, not ${var.delivery}."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must be lower-case letters, digits and dashes, and start with a letter."
  }
}

variable "external_secrets" {
  description = "With `delivery = \"external_secrets\"`: the store of the operator, and how often it looks."
  type = object({
    refresh_interval = optional(string, "1h")
    store_kind       = optional(string, "ClusterSecretStore")
    store_name       = optional(string, "aws-secrets-manager")
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9hms.]*[1-9][0-9hms.]*[hms]$", var.external_secrets.refresh_interval))
    error_message = "`external_secrets.refresh_interval` must be a time such as 1h, and not 0, with which the operator looks once only."
  }

  validation {
    condition     = contains(["ClusterSecretStore", "SecretStore"], var.external_secrets.store_kind)
    error_message = "`external_secrets.store_kind` must be ClusterSecretStore or SecretStore."
  }
}

variable "kms_key_arn" {
  description = "The key that encrypts the secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key (of the key, not of an alias)."
  }
}

variable "lookup_values" {
  description = "Values of connections and variables whose revision is new: `connections/<id>` or `variables/<id>`, then the text. They are in no plan and no state."
  type        = map(string)
  default     = {}
  nullable    = false
  ephemeral   = true
}

variable "name" {
  description = "Name of the release."
  type        = string
  default     = "airflow"
  nullable    = false
}

variable "recovery_window_days" {
  description = "How long a removed secret can be brought back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_window_days == 0 || (var.recovery_window_days >= 7 && var.recovery_window_days <= 30)
    error_message = "`recovery_window_days` must be from 7 to 30, or 0 for none."
  }

  validation {
    condition     = var.recovery_window_days > 0 || var.environment != "prod"
    error_message = "`recovery_window_days` must not be 0 in prod: what a removed Fernet key has encrypted would be lost at once."
  }
}

variable "revisions" {
  description = "Another number is another value. Of the Fernet key all revisions in use, newest first: to rotate it, put a new one before the old, and take the old one away when all is encrypted anew."
  type = object({
    api_secret_key = optional(number, 1)
    fernet_key     = optional(list(string), ["1"])
    jwt_secret     = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.revisions.fernet_key) > 0 && length(distinct(var.revisions.fernet_key)) == length(var.revisions.fernet_key)
    error_message = "`revisions.fernet_key` must have at least one revision, and each once."
  }

  validation {
    condition     = alltrue([for revision in var.revisions.fernet_key : can(regex("^[a-z0-9]+$", revision))])
    error_message = "`revisions.fernet_key` must be of lower-case letters and digits: they are in names."
  }

  validation {
    condition = alltrue([
      for revision in [var.revisions.api_secret_key, var.revisions.jwt_secret] : revision >= 1 && floor(revision) == revision
    ])
    error_message = "`revisions.api_secret_key` and `revisions.jwt_secret` must be whole numbers of at least 1."
  }
}

variable "tags" {
  description = "Tags of everything, beside those of the provider."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "team" {
  description = "The team that owns the secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must be lower-case letters, digits and single dashes, and start with a letter."
  }
}

variable "variables" {
  description = "Variables that Airflow of the team looks up, by key, as `connections`."
  type = map(object({
    description = optional(string, "A variable of Airflow.")
    revision    = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in keys(var.variables) : can(regex("^[A-Za-z0-9_.]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$", id)) && !strcontains(id, "--")])
    error_message = "`variables` must have keys of letters, digits, dots, underscores and single dashes: -- parts a team from a key."
  }
}
