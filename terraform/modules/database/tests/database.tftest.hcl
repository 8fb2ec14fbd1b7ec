# Plans of the module. Mocks do not support ephemeral resources, so this is the real provider, which
# tests/terraform/amazon.py connects to moto.

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  environment = "prod"
  instance    = { multi_az = true }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/one"
  team        = "payments"

  network = {
    client_security_group_ids = ["sg-0a1"]
    subnet_ids                = ["subnet-a", "subnet-b"]
    vpc_id                    = "vpc-1"
  }
}

run "a_database_in_prod_is_encrypted_protected_and_backed_up" {
  command = plan

  assert {
    condition = (
      aws_db_instance.this.multi_az
      && aws_db_instance.this.deletion_protection
      && aws_db_instance.this.storage_encrypted
      && aws_db_instance.this.kms_key_id == var.kms_key_arn
      && aws_db_instance.this.performance_insights_enabled
      && aws_db_instance.this.performance_insights_kms_key_id == var.kms_key_arn
      && aws_db_instance.this.backup_retention_period == 14
      && aws_db_instance.this.final_snapshot_identifier == "airflow-prod-payments-final"
      && !aws_db_instance.this.skip_final_snapshot
      && !aws_db_instance.this.delete_automated_backups
      && !aws_db_instance.this.publicly_accessible
    )
    error_message = "A database in prod lacks encryption, protection or backups."
  }
  assert {
    condition     = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value } == { "rds.force_ssl" = "1" } && aws_db_parameter_group.this.family == "postgres16"
    error_message = "The database accepts connections without TLS."
  }
  assert {
    condition     = aws_secretsmanager_secret.password.name == "airflow/prod/payments/database" && aws_secretsmanager_secret.password.kms_key_id == var.kms_key_arn && aws_secretsmanager_secret.password.recovery_window_in_days == 30
    error_message = "The password's secret has another name, key or recovery window."
  }
  assert {
    condition     = [output.user, output.name, output.port, output.identifier] == ["airflow", "airflow", 5432, "airflow-prod-payments"]
    error_message = "The database has other names."
  }
}

run "only_the_cluster_can_connect_and_only_to_its_port" {
  command = plan

  assert {
    condition = [
      for rule in aws_vpc_security_group_ingress_rule.groups :
      [rule.referenced_security_group_id, rule.ip_protocol, rule.from_port, rule.to_port]
    ] == [["sg-0a1", "tcp", 5432, 5432]]
    error_message = "Another client or port is allowed."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.networks) == 0 && !aws_db_instance.this.publicly_accessible
    error_message = "The database is public, or allows networks."
  }
}

run "client_cidrs_can_connect" {
  command = plan

  variables {
    network = {
      client_cidrs = ["10.0.0.0/8", "fd00:1::/48"]
      subnet_ids   = ["subnet-a", "subnet-b"]
      vpc_id       = "vpc-1"
    }
  }

  assert {
    condition = [
      for rule in aws_vpc_security_group_ingress_rule.networks : coalesce(rule.cidr_ipv4, rule.cidr_ipv6)
    ] == ["10.0.0.0/8", "fd00:1::/48"]
    error_message = "A network in `client_cidrs` is not allowed."
  }
}

run "alarms_notify_their_topics_at_their_thresholds" {
  command = plan

  variables {
    alarms = { connections = 90, free_storage_gb = 2, topic_arns = ["arn:aws:sns:eu-central-1:111122223333:oncall"] }
  }

  assert {
    condition = {
      for name, alarm in aws_cloudwatch_metric_alarm.this : name => [alarm.metric_name, alarm.comparison_operator, alarm.threshold]
      } == {
      connections  = ["DatabaseConnections", "GreaterThanThreshold", 90]
      cpu          = ["CPUUtilization", "GreaterThanThreshold", 80]
      free-memory  = ["FreeableMemory", "LessThanThreshold", 268435456]
      free-storage = ["FreeStorageSpace", "LessThanThreshold", 2147483648]
    }
    error_message = "An alarm has another metric or threshold."
  }
  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.alarm_actions == toset(var.alarms.topic_arns) && alarm.ok_actions == toset(var.alarms.topic_arns)
      && alarm.treat_missing_data == "breaching" && alarm.dimensions == tomap({ DBInstanceIdentifier = "airflow-prod-payments" })
    ])
    error_message = "An alarm has other topics, ignores missing data, or watches another database."
  }
}

run "outside_of_prod_a_database_may_be_unprotected" {
  command = plan

  variables {
    deletion_protection = false
    environment         = "nonprod"
    final_snapshot      = false
    instance            = { engine_version = "17.2", parameters = { log_min_duration_statement = "1000" } }
    password            = { recovery_window_days = 0, revision = 2 }
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.multi_az && !aws_db_instance.this.deletion_protection && aws_db_instance.this.final_snapshot_identifier == null
    error_message = "The database is still protected."
  }
  assert {
    condition     = aws_db_parameter_group.this.name == "airflow-nonprod-payments-postgres17" && length(aws_db_parameter_group.this.parameter) == 2
    error_message = "The parameter group has another name or other parameters."
  }
}

run "a_retiring_database_loses_its_protection_and_keeps_a_snapshot" {
  command = plan

  variables {
    environment    = "nonprod"
    final_snapshot = false
    retiring       = true
  }
  assert {
    condition     = !aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "A retiring database cannot be deleted, or is lost then."
  }
  assert {
    condition     = length(terraform_data.retirement) == 1
    error_message = "A second retirement would need the name of the first one's snapshot."
  }
}
