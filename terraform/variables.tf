variable "deployed_by" {
  description = "Owner of the environment's releases, which deploys them: `terraform` or `ci`."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["terraform", "ci"], var.deployed_by)
    error_message = "`deployedBy` must be terraform or ci, not ${var.deployed_by}."
  }
}

variable "environment" {
  description = "Name of the environment, which is that of its folder."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 20
    error_message = "`name` must consist of at most 20 lower-case letters, digits and dashes: it is part of the names of roles and buckets."
  }
}

variable "existing" {
  description = "Outputs of modules/existing: `teams` that have secrets in AWS, their `fernet_keys`, those marked as `retiring`, and the secrets of returning teams that are `kept`."
  type = object({
    fernet_keys = optional(map(set(string)), {})
    kept        = optional(set(string), [])
    retiring    = optional(set(string), [])
    teams       = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(var.existing.teams, setunion(var.existing.retiring, local.teams))) == 0
    error_message = "${var.folder} has no file of team ${join(", ", setsubtract(var.existing.teams, setunion(var.existing.retiring, local.teams)))}, which exists in ${var.environment}: an apply would destroy its namespaces, its Fernet key and its database. Bring the file back. To remove the team, first apply with its file and `retiring: [${join(", ", setsubtract(var.existing.teams, setunion(var.existing.retiring, local.teams)))}]` in terraform of environment.yaml, then remove the file."
  }
}

variable "facts" {
  description = "Section `terraform` of environment.yaml; scripts/releases/environment.py is its model."
  nullable    = false
  type = object({
    account   = string
    region    = string
    partition = optional(string, "aws")

    # Actions that roles may be granted on any resource before terraform/bootstrap is applied again; only it reads them.
    boundary = optional(object({ services = optional(list(string), []) }), {})

    # CI that applies this configuration; terraform/bootstrap reads it.
    ci = optional(object({
      access_entry      = optional(bool, false)
      oidc_provider_arn = string
      repository        = string
      subject           = optional(string)
    }))

    # Existing EKS cluster, and its network.
    cluster = object({
      name   = string
      vpc_id = string
      # Groups of the nodes, or of pods with groups of their own: databases accept connections from them.
      security_group_id  = optional(string)
      security_group_ids = optional(set(string), [])
    })

    # Whether releases read Dags from the team's folder of the bucket, where values name no other source.
    dags = optional(object({ bucket = optional(bool, true) }), {})

    # Null: each team's database is a pod of its release.
    database = optional(object({
      deletion_protection = optional(bool, true)
      final_snapshot      = optional(bool, true)
      iam                 = optional(bool, false)
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

    # Additional AWS permissions for tasks of some teams, such as reading a bucket.
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

    # LimitRange of each team's namespace of tasks.
    limits = optional(object({
      enabled      = optional(bool)
      cpu          = optional(string)
      memory       = optional(string)
      memory_limit = optional(string)
      largest      = optional(object({ cpu = optional(string), memory = optional(string) }))
    }), {})

    # Null: nothing is created in Datadog.
    monitoring = optional(object({
      airflow_version  = optional(string)
      external_secrets = optional(bool)
      notify           = object({ page = optional(string), warn = string })
      owner            = optional(string)
      pgbouncer        = optional(bool)
      runbooks         = string
      site             = optional(string, "datadoghq.com")
      thresholds       = optional(map(number), {})
      objectives = optional(object({
        scheduler_beats = optional(object({ target = optional(number), warning = optional(number), timeframe = optional(string) }))
        tasks_succeed   = optional(object({ target = optional(number), warning = optional(number), timeframe = optional(string) }))
      }))
    }))

    permissions_boundary = optional(string)

    # Registry of the Airflow image that terraform/bootstrap makes, and accounts that pull from it.
    registry = optional(object({ name = string, readers = optional(set(string), []) }))

    # Teams that are about to go: their database loses its protection, and then their file may be removed.
    retiring = optional(set(string), [])

    # Teams that come back after that: their secrets, restored before, keep their values.
    returning = optional(set(string), [])

    secrets = optional(object({
      delivery = optional(string, "external_secrets")
      # The External Secrets Operator, which gets a role. `enabled: false`: it has one already.
      operator = optional(object({
        enabled         = optional(bool, true)
        namespace       = optional(string)
        service_account = optional(string)
      }), {})
      recovery_window_days = optional(number, 30)
      refresh_interval     = optional(string)
      store_kind           = optional(string)
      store_name           = optional(string)
    }), {})

    storage = optional(object({
      force_destroy      = optional(bool, false)
      log_retention_days = optional(number, 90)
    }), {})

    # Tags of all AWS resources, in addition to environment, managed-by, part-of and team.
    tags = optional(map(string), {})

    # `prod`: the guard rails of production, whatever the name; the default is the name.
    tier = optional(string)

    # Facts of individual teams. A new revision creates a new secret; the newest Fernet key is the first one.
    teams = optional(map(object({
      # Tag of the team's AWS resources and label of its namespaces and pods; without it, that of `tags`.
      cost_center = optional(string)
      connections = optional(map(object({ description = optional(string), revision = optional(number) })), {})
      variables   = optional(map(object({ description = optional(string), revision = optional(number) })), {})
      revisions = optional(object({
        api_secret_key = optional(number)
        database       = optional(number, 1)
        fernet_key     = optional(list(string))
        jwt_secret     = optional(number)
      }), {})
      # Datadog handles: they get the warnings of the team instead of the environment's, and its pages as well.
      notify = optional(list(string), [])
      # Snapshot from which the team's database is created, when the team returns.
      snapshot = optional(string)
    })), {})
  })

  # Names of roles, buckets and databases begin with that of the environment: CI of `prod` could change those of `prod-eu`.
  validation {
    condition = !anytrue([
      for file in fileset("${var.folder}/..", "*/environment.yaml") :
      try(
        yamldecode(file("${var.folder}/../${file}")).terraform.account == var.facts.account
        && (startswith(dirname(file), "${var.environment}-") || startswith(var.environment, "${dirname(file)}-")),
        false,
      )
    ])
    error_message = "The name ${var.environment} overlaps with that of another environment in the same AWS account: one begins with the other and a dash, so the rights of one would cover the other. Rename one, or use another account."
  }

  validation {
    condition     = var.facts.database == null || var.facts.cluster.security_group_id != null || length(var.facts.cluster.security_group_ids) > 0
    error_message = "environment.yaml must set terraform.cluster.security_group_ids: databases accept connections from these groups only, and the cluster has none of its own."
  }

  validation {
    condition     = contains(["nonprod", "prod"], coalesce(var.facts.tier, "nonprod")) && !(var.environment == "prod" && coalesce(var.facts.tier, "prod") != "prod")
    error_message = "environment.yaml must set terraform.tier to prod or nonprod, and for the environment prod to nothing else than prod, not ${coalesce(var.facts.tier, "null")}."
  }

  validation {
    condition     = var.facts.tier != null || var.environment == "prod" || !can(regex("^(prod|prd|live)", var.environment))
    error_message = "The name ${var.environment} looks like production, but its checks would not run: set terraform.tier in environment.yaml to prod, or to nonprod."
  }

  validation {
    condition     = coalesce(var.facts.tier, var.environment) != "prod" || (var.facts.database != null && var.facts.monitoring != null)
    error_message = "environment.yaml of production must set terraform.database and terraform.monitoring."
  }

  validation {
    condition     = coalesce(var.facts.tier, var.environment) != "prod" || var.facts.permissions_boundary != null
    error_message = "environment.yaml of production must set terraform.permissions_boundary to the output of terraform/bootstrap."
  }

  validation {
    condition     = coalesce(var.facts.tier, var.environment) != "prod" || !var.facts.storage.force_destroy
    error_message = "environment.yaml of production must not set terraform.storage.force_destroy: a destroy would delete all logs and Dags."
  }

  validation {
    condition     = coalesce(var.facts.tier, var.environment) != "prod" || try(var.facts.database.deletion_protection && var.facts.database.final_snapshot, true)
    error_message = "environment.yaml of production must not disable terraform.database.deletion_protection or final_snapshot: one apply could lose a database."
  }

  validation {
    condition     = coalesce(var.facts.tier, var.environment) != "prod" || try(var.facts.database.instance.multi_az == true, true)
    error_message = "environment.yaml of production must set terraform.database.instance.multi_az to true: without a standby, Airflow fails with its zone."
  }

  validation {
    condition     = var.facts.secrets.recovery_window_days >= 7 && var.facts.secrets.recovery_window_days <= 30 || (var.facts.secrets.recovery_window_days == 0 && coalesce(var.facts.tier, var.environment) != "prod")
    error_message = "environment.yaml must set terraform.secrets.recovery_window_days to 7 to 30, or to 0 (no recovery) outside prod."
  }

  validation {
    condition     = contains(["csi", "data_wo", "external_secrets"], var.facts.secrets.delivery)
    error_message = "environment.yaml must set terraform.secrets.delivery to external_secrets, csi or data_wo, not ${var.facts.secrets.delivery}."
  }

  validation {
    condition     = length(setsubtract(keys(var.facts.teams), local.teams)) == 0
    error_message = "`teams` contains a team without a file in teams/: ${join(", ", setsubtract(keys(var.facts.teams), local.teams))}; known: ${join(", ", local.teams)}."
  }

  validation {
    condition     = length(setsubtract(var.facts.retiring, setunion(var.existing.teams, local.teams))) == 0
    error_message = "`retiring` contains a team that has neither a file in teams/ nor secrets in ${var.environment}: ${join(", ", setsubtract(var.facts.retiring, setunion(var.existing.teams, local.teams)))}. Remove it; known: ${join(", ", local.teams)}."
  }

  validation {
    condition     = length(setsubtract(var.facts.returning, local.teams)) == 0
    error_message = "`returning` contains a team without a file in teams/: ${join(", ", setsubtract(var.facts.returning, local.teams))}; known: ${join(", ", local.teams)}."
  }

  validation {
    condition     = length(setsubtract(var.facts.returning, var.existing.teams)) == 0
    error_message = "`returning` contains a team whose Fernet key does not exist in ${var.environment}: ${join(", ", setsubtract(var.facts.returning, var.existing.teams))}. Restore its secrets first (docs/operations/environments.md), or remove it from `returning`: the team would start with new keys."
  }

  # Otherwise Airflow would start with a new key, and could not read what it has stored.
  validation {
    condition = alltrue([
      for team in setintersection(var.facts.returning, keys(var.existing.fernet_keys)) :
      var.existing.fernet_keys[team] == toset(try(coalescelist(var.facts.teams[team].revisions.fernet_key, ["1"]), ["1"]))
    ])
    error_message = "`returning` contains a team whose Fernet keys in ${var.environment} are other revisions than its facts say: ${join("; ", [for team in setintersection(var.facts.returning, keys(var.existing.fernet_keys)) : "${team} has ${join(", ", var.existing.fernet_keys[team])}"])}. Set teams.<team>.revisions.fernet_key to them, newest first, as before it left."
  }

  validation {
    condition     = var.facts.database == null || alltrue([for team in var.facts.returning : try(var.facts.teams[team].snapshot, null) != null])
    error_message = "`returning` contains a team without teams.<team>.snapshot, the snapshot of its database: ${join(", ", var.facts.returning)}. It would start with an empty database, for good."
  }

  validation {
    condition     = length(setintersection(var.facts.returning, var.facts.retiring)) == 0
    error_message = "A team is both in `retiring` and in `returning`: ${join(", ", setintersection(var.facts.returning, var.facts.retiring))}. Remove it from one of them."
  }

  validation {
    condition     = length(setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams)) == 0
    error_message = "`grants` contains a team without a file in teams/: ${join(", ", setsubtract(flatten([for grant in values(var.facts.grants) : grant.teams]), local.teams))}; known: ${join(", ", local.teams)}."
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
  description = "By team, values of connections and variables with a new revision: `connections/<id>` or `variables/<id>` -> value. Ephemeral: never in a plan or a state."
  type        = map(map(string))
  default     = {}
  nullable    = false
  ephemeral   = true
}

variable "task_logs" {
  description = "Share for the logs of tasks beside the bucket: `taskLogs` of environment.yaml, as modules/release takes it."
  type = object({
    hostPath = optional(string)
    csi = optional(object({
      driver           = string
      volumeHandle     = string
      volumeAttributes = optional(map(string))
    }))
  })
  default = null
}

variable "quotas" {
  description = "Section `quotas` of environment.yaml: quotas of each team's two namespaces."
  type = object({
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
  })
  default  = {}
  nullable = false
}
