# Metadata database of one team: PostgreSQL in RDS, reachable only from the cluster.

locals {
  name   = "airflow-${var.environment}-${var.team}"
  family = "postgres${split(".", var.instance.engine_version)[0]}"
  port   = 5432
  secret = "airflow/${var.environment}/${var.team}/database"

  # RDS sets the password again when this number changes, so it follows the version of the secret: 28 bits
  # of a hash of its id.
  _version          = aws_secretsmanager_secret_version.password.version_id
  password_revision = parseint(substr(sha256(local._version), 0, 7), 16) + 1

  # A database that is going keeps its last snapshot whatever `final_snapshot` says.
  keeps_snapshot = var.final_snapshot || var.retiring
  retirement     = try(substr(terraform_data.retirement[0].id, 0, 8), "")
}

# AWS refuses a second snapshot of one name: a team that came back and retires again needs another one.
resource "terraform_data" "retirement" {
  count = var.retiring ? 1 : 0
}

resource "aws_db_subnet_group" "this" {
  name        = local.name
  description = "Subnets of the Airflow database of team ${var.team}."
  subnet_ids  = var.network.subnet_ids
  tags        = var.tags
}

resource "aws_db_parameter_group" "this" {
  name        = "${local.name}-${local.family}"
  description = "Settings of the database of ${var.team}."
  family      = local.family
  tags        = var.tags

  # Rejects connections without TLS.
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  dynamic "parameter" {
    for_each = var.instance.parameters

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }

  # A new major version needs a new group before the old one can be deleted.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  # checkov does not see values of variables; validations and tests check them.
  #checkov:skip=CKV_AWS_133:Backups are kept for 1 to 35 days: `instance.backup_days`.
  #checkov:skip=CKV_AWS_293:Deletion protection is on unless the team is retiring.
  #checkov:skip=CKV_AWS_157:`instance.multi_az` sets it; prod requires it.
  identifier     = local.name
  instance_class = var.instance.class
  tags           = var.tags

  engine                      = "postgres"
  engine_version              = var.instance.engine_version
  allow_major_version_upgrade = var.instance.allow_major_version_upgrade
  auto_minor_version_upgrade  = true
  apply_immediately           = var.instance.apply_immediately
  parameter_group_name        = aws_db_parameter_group.this.name

  allocated_storage     = var.instance.storage_gb
  max_allocated_storage = var.instance.max_storage_gb
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  snapshot_identifier = var.snapshot
  db_name             = "airflow"
  username            = "airflow"
  password_wo         = ephemeral.aws_secretsmanager_secret_version.password.secret_string
  password_wo_version = local.password_revision
  # A role needs `rds-db:connect` to use it.
  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  multi_az               = var.instance.multi_az
  port                   = local.port
  publicly_accessible    = false
  vpc_security_group_ids = [aws_security_group.this.id]

  backup_retention_period   = var.instance.backup_days
  backup_window             = var.instance.backup_window
  maintenance_window        = var.instance.maintenance_window
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !local.keeps_snapshot
  deletion_protection       = var.deletion_protection && !var.retiring
  final_snapshot_identifier = local.keeps_snapshot ? join("-", compact([local.name, "final", local.retirement])) : null
  skip_final_snapshot       = !local.keeps_snapshot

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn

  lifecycle {
    # Another snapshot would replace the database.
    ignore_changes = [snapshot_identifier]

    precondition {
      condition     = length(local.name) <= 63
      error_message = "The name ${local.name} exceeds the 63 characters that RDS allows. Shorten `team` or `environment`."
    }
  }
}
