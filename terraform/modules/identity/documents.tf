# What the components may do. Statements have names; who gets which is the table at the end.

locals {
  _logs_prefix = try(coalesce(var.logs.prefix, var.team), null)
  _dags_prefix = try(coalesce(var.dags.prefix, var.team), null)

  # The lists have one entry or none, so that what is not given is not read.
  _logs     = var.logs == null ? [] : [var.logs]
  _dags     = var.dags == null ? [] : [var.dags]
  _secrets  = var.secrets == null ? [] : [var.secrets]
  _database = var.database == null ? [] : [var.database]

  _secret    = "arn:${var.cluster.partition}:secretsmanager:${var.cluster.region}:${var.cluster.account}:secret:"
  _platform  = "airflow/${var.environment}/${var.team}"
  _shared    = "airflow/${var.environment}"
  _of_a_team = ["connections/${var.team}--*", "variables/${var.team}--*"]

  # Reading and writing an object takes the key, too, but only when S3 asks for it.
  _through = {
    s3             = [{ test = "StringEquals", variable = "kms:ViaService", values = ["s3.${var.cluster.region}.amazonaws.com"] }]
    secretsmanager = [{ test = "StringEquals", variable = "kms:ViaService", values = ["secretsmanager.${var.cluster.region}.amazonaws.com"] }]
  }

  _log_statements = merge([
    for logs in local._logs : {
      # Without it a log that is not there yet is a refusal, and reading logs fails.
      ListLogs = {
        actions   = ["s3:ListBucket"]
        resources = [logs.bucket_arn]
        conditions = [
          { test = "StringLike", variable = "s3:prefix", values = [local._logs_prefix, "${local._logs_prefix}/*"] },
        ]
      }
      ReadLogs = {
        actions   = ["s3:GetObject"]
        resources = ["${logs.bucket_arn}/${local._logs_prefix}/*"]
      }
      WriteLogs = {
        actions   = ["s3:PutObject"]
        resources = ["${logs.bucket_arn}/${local._logs_prefix}/*"]
      }
      DecryptLogs = {
        actions    = ["kms:Decrypt"]
        resources  = [logs.kms_key_arn]
        conditions = local._through.s3
      }
      EncryptLogs = {
        actions    = ["kms:GenerateDataKey"]
        resources  = [logs.kms_key_arn]
        conditions = local._through.s3
      }
    }
  ]...)

  _dag_statements = merge([
    for dags in local._dags : {
      ListDags = {
        actions   = ["s3:ListBucket"]
        resources = [dags.bucket_arn]
        conditions = [
          { test = "StringLike", variable = "s3:prefix", values = [local._dags_prefix, "${local._dags_prefix}/*"] },
        ]
      }
      ReadDags = {
        actions   = ["s3:GetObject"]
        resources = ["${dags.bucket_arn}/${local._dags_prefix}/*"]
      }
      DecryptDags = {
        actions    = ["kms:Decrypt"]
        resources  = [dags.kms_key_arn]
        conditions = local._through.s3
      }
    }
  ]...)

  _secret_statements = merge([
    for secrets in local._secrets : {
      # Prefixes, not names: the secrets backend takes "there is none" for an answer, a refusal not.
      ReadConfig = {
        actions   = ["secretsmanager:GetSecretValue"]
        resources = ["${local._secret}${local._platform}/config/*"]
      }
      ReadConnections = {
        actions   = ["secretsmanager:GetSecretValue"]
        resources = ["${local._secret}${local._shared}/connections/*"]
      }
      ReadVariables = {
        actions   = ["secretsmanager:GetSecretValue"]
        resources = ["${local._secret}${local._shared}/variables/*"]
      }
      # The shared prefix holds the names of all teams, `<team>--<id>`. Patterns cannot say "no dashes":
      # what has them is refused unless it was asked for, by name or by ARN, as this team's.
      RefuseOtherTeams = {
        effect    = "Deny"
        actions   = ["secretsmanager:GetSecretValue"]
        resources = [for kind in ["connections", "variables"] : "${local._secret}${local._shared}/${kind}/*--*"]
        conditions = [{
          test     = "StringNotLike"
          variable = "secretsmanager:SecretId"
          values = flatten([
            for name in local._of_a_team : ["${local._shared}/${name}", "${local._secret}${local._shared}/${name}"]
          ])
        }]
      }
      DecryptSecrets = {
        actions    = ["kms:Decrypt"]
        resources  = [secrets.kms_key_arn]
        conditions = local._through.secretsmanager
      }
    }
  ]...)

  # Who mounts which secret of the platform; the names are those of the chart's table of readers.
  _platform_secrets = {
    api-server           = ["metadata", "fernet-key", "jwt-secret", "api-secret-key"]
    create-user-job      = ["metadata", "fernet-key", "first-user"]
    dag-processor        = ["metadata", "fernet-key"]
    migrate-database-job = ["metadata", "fernet-key"]
    scheduler            = ["metadata", "fernet-key", "jwt-secret"]
    triggerer            = ["metadata", "fernet-key", "api-secret-key"]
  }
  _platform_statements = {
    for component, secrets in local._platform_secrets : component => {
      ReadPlatformSecrets = {
        actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        resources = [for secret in secrets : "${local._secret}${local._platform}/${secret}-??????"]
      }
    } if try(var.secrets.platform, false)
  }

  _database_statements = merge([
    for database in local._database : {
      Connect = {
        actions   = ["rds-db:connect"]
        resources = ["arn:${var.cluster.partition}:rds-db:${var.cluster.region}:${var.cluster.account}:dbuser:${database.resource_id}/${database.user}"]
      }
    }
  ]...)

  _library = merge(
    local._log_statements,
    local._dag_statements,
    local._secret_statements,
    local._database_statements,
  )

  _config_reader     = ["ReadConfig", "DecryptSecrets"]
  _connection_reader = ["ReadConnections", "RefuseOtherTeams", "DecryptSecrets"]
  _dag_reader        = ["ListDags", "ReadDags", "DecryptDags"]
  _log_reader        = ["ListLogs", "ReadLogs", "DecryptLogs"]
  _log_writer        = concat(local._log_reader, ["WriteLogs", "EncryptLogs"])
  _task              = concat(local._log_writer, local._dag_reader, local._connection_reader, ["ReadVariables"])

  # What the statements of a team may not be called.
  names = concat(local._task, local._config_reader, ["Connect", "ReadPlatformSecrets"])

  # Who gets what. The scheduler and the jobs have nothing of S3; tasks ask the API server, and never
  # the database; nobody gets sts:AssumeRole here.
  _table = {
    api-server = concat(
      local._log_reader, local._config_reader, ["Connect"],
      try(var.secrets.test_connections, false) ? local._connection_reader : [],
    )
    create-user-job      = concat(local._config_reader, ["Connect"])
    dag-processor        = concat(local._dag_reader, local._connection_reader, ["ReadVariables", "Connect"])
    migrate-database-job = concat(local._config_reader, ["Connect"])
    # A task that launches pods is a task; the right to launch them is given in Kubernetes.
    pod-launcher = var.launcher ? local._task : []
    scheduler    = concat(local._config_reader, ["Connect"])
    triggerer    = concat(local._log_writer, local._connection_reader, ["Connect"])
    worker       = local._task
  }

  _of_tasks = {
    pod-launcher = { for sid, statement in var.task_statements : sid => statement if var.launcher }
    triggerer    = { for sid, statement in var.task_statements : sid => statement if statement.triggerer }
    worker       = var.task_statements
  }

  statements = {
    for component, sids in local._table : component => merge(
      { for sid in distinct(sids) : sid => local._library[sid] if contains(keys(local._library), sid) },
      try(local._platform_statements[component], {}),
      try(local._of_tasks[component], {}),
    )
  }
}

data "aws_iam_policy_document" "this" {
  for_each = local.components

  dynamic "statement" {
    for_each = local.statements[each.key]

    content {
      sid       = statement.key
      effect    = try(statement.value.effect, "Allow")
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = try(statement.value.conditions, [])

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
