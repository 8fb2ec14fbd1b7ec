variable "deployed_by" {
  description = "Owner of the environment's releases: `terraform` or `ci`."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["terraform", "ci"], var.deployed_by)
    error_message = "`deployedBy` must be terraform or ci, not ${var.deployed_by}."
  }
}

variable "environment" {
  description = "Name of the environment, and of its folder."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 20
    error_message = "`name` in environment.yaml must consist of at most 20 lower-case letters, digits and dashes, because it is part of names of roles and buckets, not ${var.environment}."
  }

  validation {
    condition     = var.environment != "production"
    error_message = "Set `name: prod` in environment.yaml instead of production, or the checks for prod would not run."
  }
}

variable "facts" {
  description = "The section `terraform` of environment.yaml; scripts/releases/environment.py is its model."
  nullable    = false
  type = object({
    account   = string
    region    = string
    partition = optional(string, "aws")

    # Workflow that applies the environment in CI, for terraform/bootstrap.
    ci = optional(object({
      oidc_provider_arn = string
      repository        = string
      subject           = optional(string)
    }))

    # The existing EKS cluster and its network.
    cluster = object({
      name              = string
      security_group_id = string
      vpc_id            = string
    })

    # Without it, the database of each team is a pod of its release.
    database = optional(object({
      deletion_protection = optional(bool, true)
      final_snapshot      = optional(bool, true)
      subnet_ids          = set(string)
      alarms = optional(object({
        connections     = optional(number)
        cpu_percent     = optional(number)
        free_memory_mb  = optional(number)
        free_storage_gb = optional(number)
        topic_arns      = optional(set(string))
      }), {})
      instance = optional(object({
        allow_major_version_upgrade = optional(bool)
        apply_immediately           = optional(bool)
        backup_days                 = optional(number)
        backup_window               = optional(string)
        class                       = optional(string)
        engine_version              = optional(string)
        maintenance_window          = optional(string)
        max_storage_gb              = optional(number)
        multi_az                    = optional(bool)
        parameters                  = optional(map(string))
        storage_gb                  = optional(number)
      }), {})
    }))

    # Additional permissions of the tasks of the listed teams, such as reading a bucket.
    grants = optional(map(object({
      teams     = list(string)
      actions   = list(string)
      resources = list(string)
      reason    = optional(string)
      triggerer = optional(bool)
      conditions = optional(list(object({
        test     = string
        variable = string
        values   = list(string)
      })))
    })), {})

    identity = optional(object({
      mode = optional(string, "pod_identity")
      oidc = optional(object({ issuer = string, provider_arn = string }))
    }), {})

    # Without it, there are no resources in Datadog.
    monitoring = optional(object({
      airflow_version = optional(string)
      notify          = object({ page = optional(string), warn = string })
      owner           = optional(string)
      pgbouncer       = optional(bool)
      runbooks        = string
      site            = optional(string, "datadoghq.com")
      thresholds      = optional(map(number), {})
      objectives = optional(object({
        scheduler_beats = optional(object({ target = optional(number), warning = optional(number), timeframe = optional(string) }))
        tasks_succeed   = optional(object({ target = optional(number), warning = optional(number), timeframe = optional(string) }))
      }))
    }))

    permissions_boundary = optional(string)

    # ResourceQuotas of the namespaces of each team's release and tasks.
    quotas = optional(object({
      release = optional(object({
        enabled       = optional(bool)
        cpu           = optional(string)
        memory        = optional(string)
        pods          = optional(number)
        volume_claims = optional(number)
        more          = optional(map(string))
      }))
      tasks = optional(object({
        enabled       = optional(bool)
        cpu           = optional(string)
        memory        = optional(string)
        pods          = optional(number)
        volume_claims = optional(number)
        more          = optional(map(string))
      }))
    }), {})

    secrets = optional(object({
      delivery             = optional(string, "external_secrets")
      recovery_window_days = optional(number, 30)
      refresh_interval     = optional(string)
      store_kind           = optional(string)
      store_name           = optional(string)
    }), {})

    storage = optional(object({
      force_destroy      = optional(bool, false)
      log_retention_days = optional(number, 90)
    }), {})

    # Tags of all AWS resources, in addition to environment, managed-by and part-of.
    tags = optional(map(string), {})

    # Settings of single teams. A new revision generates a new value; Fernet keys are listed newest first.
    teams = optional(map(object({
      connections = optional(map(object({ description = optional(string), revision = optional(number) })), {})
      variables   = optional(map(object({ description = optional(string), revision = optional(number) })), {})
      revisions = optional(object({
        api_secret_key = optional(number)
        database       = optional(number, 1)
        fernet_key     = optional(list(string))
        jwt_secret     = optional(number)
      }), {})
    })), {})
  })

  validation {
    condition     = var.environment != "prod" || (var.facts.database != null && var.facts.monitoring != null)
    error_message = "Set `terraform.database` and `terraform.monitoring` in environment.yaml: prod requires both."
  }

  validation {
    condition     = var.environment != "prod" || var.facts.permissions_boundary != null
    error_message = "Set `terraform.permissions_boundary` in environment.yaml to the ARN that terraform/bootstrap outputs: prod requires it."
  }

  validation {
    condition     = var.environment != "prod" || !var.facts.storage.force_destroy
    error_message = "Remove `terraform.storage.force_destroy` from environment.yaml: in prod, `terraform destroy` must not delete logs and Dags."
  }

  validation {
    condition     = var.environment != "prod" || try(var.facts.database.deletion_protection && var.facts.database.final_snapshot, true)
    error_message = "`deletion_protection` and `final_snapshot` in `terraform.database` of environment.yaml must be true in prod, or one apply could delete a database permanently."
  }

  validation {
    condition     = var.environment != "prod" || try(var.facts.database.instance.multi_az == true, true)
    error_message = "Set `terraform.database.instance.multi_az: true` in environment.yaml: in prod, Airflow must survive the failure of a zone."
  }

  validation {
    condition     = var.facts.secrets.recovery_window_days >= 7 && var.facts.secrets.recovery_window_days <= 30 || (var.facts.secrets.recovery_window_days == 0 && var.environment != "prod")
    error_message = "`terraform.secrets.recovery_window_days` in environment.yaml must be between 7 and 30, or 0 (not in prod) to delete secrets at once, not ${var.facts.secrets.recovery_window_days}."
  }

  validation {
    condition     = contains(["csi", "data_wo", "external_secrets"], var.facts.secrets.delivery)
    error_message = "`terraform.secrets.delivery` in environment.yaml must be external_secrets, csi or data_wo, not ${var.facts.secrets.delivery}."
  }

  validation {
    condition     = length(setsubtract(keys(var.facts.teams), local.teams)) == 0
    error_message = "`terraform.teams` in environment.yaml has teams without a file in teams/: ${join(", ", setsubtract(keys(var.facts.teams), local.teams))}. Teams with a file: ${join(", ", local.teams)}."
  }

  validation {
    condition     = length(setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams)) == 0
    error_message = "`terraform.grants` in environment.yaml names teams without a file in teams/: ${join(", ", setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams))}. Teams with a file: ${join(", ", local.teams)}."
  }
}

variable "folder" {
  description = "Path of the environment's folder, with environment.yaml, values.yaml and teams/."
  type        = string
  nullable    = false

  validation {
    condition     = alltrue([for file in fileset("${var.folder}/teams", "*.yaml") : length("airflow-${var.environment}-${trimsuffix(file, ".yaml")}") <= local.name_length])
    error_message = "A team's name in ${var.folder}/teams is too long: airflow-${var.environment}-<team> must have at most ${local.name_length} characters, because IAM limits the names of its roles to 64. Rename one of ${join(", ", fileset("${var.folder}/teams", "*.yaml"))}."
  }
}

variable "lookup_values" {
  description = "Values of connections and variables with a new revision: team to `connections/<id>` or `variables/<id>` to the value. Ephemeral, so they are not in a plan or in the state."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true
}
