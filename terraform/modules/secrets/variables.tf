variable "connections" {
  description = "Connections of the team by id. Terraform creates the secret; it writes the value, from `lookup_values`, only for an entry with a `revision`, and only when that changes."
  type = map(object({
    description = optional(string, "Connection of Airflow.")
    revision    = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in keys(var.connections) : can(regex("^[A-Za-z0-9_.]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$", id)) && !strcontains(id, "--")])
    error_message = "Ids in `connections` must consist of letters, digits, dots, underscores and single dashes. Two dashes separate the team from the id in names of secrets."
  }
}

variable "csi" {
  description = "For `delivery = \"csi\"`: additional parameters of the SecretProviderClasses, such as `usePodIdentity`."
  type = object({
    parameters = optional(map(string), {})
  })
  default  = {}
  nullable = false
}

variable "database" {
  description = "Connection to the metadata database: the output `connection` of the module database. null when the database is a pod of the release."
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
  description = "How secrets get into the cluster: `external_secrets` (External Secrets Operator), `csi` (Secrets Store CSI driver) or `data_wo` (Terraform writes them)."
  type        = string
  default     = "external_secrets"
  nullable    = false

  validation {
    condition     = contains(["csi", "data_wo", "external_secrets"], var.delivery)
    error_message = "`delivery` must be external_secrets, csi or data_wo, not ${var.delivery}."
  }
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "external_secrets" {
  description = "For `delivery = \"external_secrets\"`: the operator's store, and the interval in which it refreshes the Secrets."
  type = object({
    refresh_interval = optional(string, "1h")
    store_kind       = optional(string, "ClusterSecretStore")
    store_name       = optional(string, "aws-secrets-manager")
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9hms.]*[1-9][0-9hms.]*[hms]$", var.external_secrets.refresh_interval))
    error_message = "`external_secrets.refresh_interval` must be a duration above 0, such as 1h. With 0 the operator would read each secret only once."
  }

  validation {
    condition     = contains(["ClusterSecretStore", "SecretStore"], var.external_secrets.store_kind)
    error_message = "`external_secrets.store_kind` must be ClusterSecretStore or SecretStore, not ${var.external_secrets.store_kind}."
  }
}

variable "kept" {
  description = "Names of secrets that exist, such as airflow/prod/search/jwt-secret: what Terraform writes first is the value that they have, not a new one."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "`kms_key_arn` must be the ARN of a KMS key, not of an alias: ${var.kms_key_arn}."
  }
}

variable "lookup_values" {
  description = "Values of connections and variables with a new revision: `connections/<id>` or `variables/<id>` to the value. Ephemeral, so they are not in a plan or in the state."
  type        = map(string)
  default     = {}
  nullable    = false
  ephemeral   = true
}

variable "name" {
  description = "Name of the Helm release."
  type        = string
  default     = "airflow"
  nullable    = false
}

variable "recovery_window_days" {
  description = "Days for which a deleted secret can be restored: 7 to 30, or 0 to delete it at once (not in prod)."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_window_days == 0 || (var.recovery_window_days >= 7 && var.recovery_window_days <= 30)
    error_message = "`recovery_window_days` must be between 7 and 30, or 0 to delete secrets at once, not ${var.recovery_window_days}."
  }

  validation {
    condition     = var.recovery_window_days > 0 || coalesce(var.tier, var.environment) != "prod"
    error_message = "`recovery_window_days` must be at least 7 in prod. Without a recovery window, data encrypted with a deleted Fernet key is lost."
  }
}

variable "revisions" {
  description = "Revisions of the generated values. A new number generates a new value. `fernet_key` lists all Fernet keys in use, newest first: to rotate, add a revision at the front, and remove the old one when all data is encrypted with the new key."
  type = object({
    api_secret_key = optional(number, 1)
    fernet_key     = optional(list(string), ["1"])
    jwt_secret     = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(var.revisions.fernet_key) > 0 && length(distinct(var.revisions.fernet_key)) == length(var.revisions.fernet_key)
    error_message = "`revisions.fernet_key` must list at least one revision, without duplicates."
  }

  validation {
    condition     = alltrue([for revision in var.revisions.fernet_key : can(regex("^[a-z0-9]+$", revision))])
    error_message = "Revisions in `revisions.fernet_key` must consist of lower-case letters and digits, because they are part of names of secrets."
  }

  validation {
    condition = alltrue([
      for name, revision in var.revisions : name == "fernet_key" || try(revision >= 1 && floor(revision) == revision, false)
    ])
    error_message = "Revisions in `revisions` other than `fernet_key` must be whole numbers, at least 1."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "team" {
  description = "Name of the team that owns the secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team)) && !strcontains(var.team, "--")
    error_message = "`team` must consist of lower-case letters, digits and single dashes, and start with a letter, not ${var.team}."
  }
}

variable "tier" {
  description = "`prod` for the guard rails of production; default: the name of the environment."
  type        = string
  default     = null

  validation {
    condition     = var.tier == null || contains(["nonprod", "prod"], coalesce(var.tier, "prod"))
    error_message = "`tier` must be prod or nonprod, not ${coalesce(var.tier, "null")}."
  }
}

variable "variables" {
  description = "Airflow variables of the team by key. Same rules as `connections`."
  type = map(object({
    description = optional(string, "Variable of Airflow.")
    revision    = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in keys(var.variables) : can(regex("^[A-Za-z0-9_.]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$", id)) && !strcontains(id, "--")])
    error_message = "Keys in `variables` must consist of letters, digits, dots, underscores and single dashes. Two dashes separate the team from the key in names of secrets."
  }
}
