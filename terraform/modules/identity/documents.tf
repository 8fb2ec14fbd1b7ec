# Permissions of each component: named statements, and the sets in which components.yaml grants them.

locals {
  _logs_prefix = try(coalesce(var.logs.prefix, var.team), null)
  _dags_prefix = try(coalesce(var.dags.prefix, var.team), null)

  # Lists with one entry or none: statements exist only for the resources that the caller passes.
  _logs     = var.logs == null ? [] : [var.logs]
  _dags     = var.dags == null ? [] : [var.dags]
  _secrets  = var.secrets == null ? [] : [var.secrets]
  _database = var.database == null ? [] : [var.database]

  _secret    = "arn:${var.cluster.partition}:secretsmanager:${var.cluster.region}:${var.cluster.account}:secret:"
  _platform  = "airflow/${var.environment}/${var.team}"
  _shared    = "airflow/${var.environment}"
  _of_a_team = ["connections/${var.team}--*", "variables/${var.team}--*"]

  # Roles may use the key only through the service that stores the data.
  _through = {
    for service in ["s3", "secretsmanager"] :
    service => [{ test = "StringEquals", variable = "kms:ViaService", values = ["${service}.${var.cluster.region}.${local._domain}"] }]
  }
  _domain = var.cluster.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"

  _log_statements = merge([
    for logs in local._logs : {
      # Without s3:ListBucket, S3 answers 403 instead of 404 for a log that does not exist yet, and Airflow
      # fails to read logs.
      ListLogs = {
        actions   = ["s3:ListBucket"]
        resources = [logs.bucket_arn]
        conditions = [
          { test = "StringLike", variable = "s3:prefix", values = ["${local._logs_prefix}/*"] },
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
          { test = "StringLike", variable = "s3:prefix", values = ["${local._dags_prefix}/*"] },
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
      # Prefixes instead of names: the secrets backend handles "not found", but not "access denied".
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
      # All teams share the prefix; a team's secrets are named `<team>--<id>`, shared ones have no `--`. IAM
      # patterns cannot express "no dashes", so a name with dashes is denied unless it begins with this team.
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

  # The chart states which component reads which secret.
  _platform_statements = {
    for account, row in local.accounts : account => {
      ReadPlatformSecrets = {
        actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        resources = [for secret in row.secrets : "${local._secret}${local._platform}/${secret}-??????"]
      }
    } if try(var.secrets.platform, false) && length(row.secrets) > 0
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

  _read_logs        = ["ListLogs", "ReadLogs", "DecryptLogs"]
  _read_connections = ["ReadConnections", "RefuseOtherTeams", "DecryptSecrets"]

  # The sets of permissions that rows of components.yaml name in `cloud`. None contains sts:AssumeRole.
  _sets = {
    connect          = ["Connect"]
    read-config      = ["ReadConfig", "DecryptSecrets"]
    read-connections = local._read_connections
    read-dags        = ["ListDags", "ReadDags", "DecryptDags"]
    read-logs        = local._read_logs
    read-variables   = ["ReadVariables", "RefuseOtherTeams", "DecryptSecrets"]
    test-connections = try(var.secrets.test_connections, false) ? local._read_connections : []
    write-logs       = concat(local._read_logs, ["WriteLogs", "EncryptLogs"])
  }
  # The sets that consist of the team's own statements.
  _team_sets = {
    deferred-task-grants = { for sid, statement in var.task_statements : sid => statement if statement.triggerer }
    task-grants          = var.task_statements
  }

  # Names that the statements of a team must not have.
  names = distinct(concat(flatten(values(local._sets)), ["ReadPlatformSecrets"]))

  statements = {
    for account, row in local.accounts : account => merge(
      {
        for sid in distinct(flatten([for set in setsubtract(row.cloud, keys(local._team_sets)) : local._sets[set]])) :
        sid => local._library[sid] if contains(keys(local._library), sid)
      },
      lookup(local._platform_statements, account, {}),
      [for set, statements in local._team_sets : statements if contains(row.cloud, set)]...
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
