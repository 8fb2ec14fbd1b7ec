variable "deployed_by" {
  description = "The one owner of the environment's releases: `terraform` or `ci`."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["terraform", "ci"], var.deployed_by)
    error_message = "`deployedBy` must be terraform or ci, not ${var.deployed_by}."
  }
}

variable "environment" {
  description = "The environment: the name of its folder."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 20
    error_message = "`name` must be lower-case letters, digits and dashes, at most 20 characters: it is in the names of roles and buckets."
  }

  validation {
    condition     = var.environment != "production"
    error_message = "`name: production` would skip what is refused in prod: call it prod."
  }
}

variable "facts" {
  description = "The section `terraform` of environment.yaml; scripts/releases/environment.py is its model."
  nullable    = false
  type = object({
    account   = string
    region    = string
    partition = optional(string, "aws")

    # Who applies from CI; terraform/bootstrap reads it.
    ci = optional(object({
      oidc_provider_arn = string
      repository        = string
      subject           = optional(string)
    }))

    # The EKS cluster that is there already, and the network that it is in.
    cluster = object({
      name              = string
      security_group_id = string
      vpc_id            = string
    })

    # Where nothing is said, each team's database is a pod of its release.
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

    # What the tasks of some teams may do beside: a read of a bucket, a query of a warehouse.
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

    # Where nothing is said, nothing is made in Datadog.
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

    # What each team's release and its tasks may ask for together.
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

    # Tags of everything in AWS, beside environment, managed-by and part-of.
    tags = optional(map(string), {})

    # What is peculiar to a team. Another revision makes another secret; of Fernet keys the newest is first.
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
    error_message = "environment.yaml of prod must state terraform.database and terraform.monitoring: people rely on it."
  }

  validation {
    condition     = var.environment != "prod" || var.facts.permissions_boundary != null
    error_message = "environment.yaml of prod must state terraform.permissions_boundary: apply terraform/bootstrap, which puts it out."
  }

  validation {
    condition     = var.environment != "prod" || !var.facts.storage.force_destroy
    error_message = "environment.yaml of prod must not state terraform.storage.force_destroy: a destroy would take all logs and Dags along."
  }

  validation {
    condition     = var.environment != "prod" || try(var.facts.database.deletion_protection && var.facts.database.final_snapshot, true)
    error_message = "environment.yaml of prod must leave terraform.database.deletion_protection and final_snapshot true: one apply could remove a database for good."
  }

  validation {
    condition     = var.environment != "prod" || try(var.facts.database.instance.multi_az == true, true)
    error_message = "environment.yaml of prod must state terraform.database.instance.multi_az as true: without a standby, a lost zone is a lost Airflow."
  }

  validation {
    condition     = var.facts.secrets.recovery_window_days >= 7 && var.facts.secrets.recovery_window_days <= 30 || (var.facts.secrets.recovery_window_days == 0 && var.environment != "prod")
    error_message = "environment.yaml must state terraform.secrets.recovery_window_days from 7 to 30, or 0 for none, but not in prod."
  }

  validation {
    condition     = contains(["csi", "data_wo", "external_secrets"], var.facts.secrets.delivery)
    error_message = "environment.yaml must state terraform.secrets.delivery as external_secrets, csi or data_wo, not ${var.facts.secrets.delivery}."
  }

  validation {
    condition     = length(setsubtract(keys(var.facts.teams), local.teams)) == 0
    error_message = "`teams` names a team that has no file in teams/: ${join(", ", setsubtract(keys(var.facts.teams), local.teams))}; known: ${join(", ", local.teams)}."
  }

  validation {
    condition     = length(setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams)) == 0
    error_message = "`grants` names a team that has no file in teams/: ${join(", ", setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams))}; known: ${join(", ", local.teams)}."
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
  description = "By team, what connections and variables hold whose revision is new: `connections/<id>` or `variables/<id>`, then the text. Ephemeral: in no plan and no state."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true
}
