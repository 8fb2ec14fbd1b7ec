# What the module makes and refuses. Mocks know no ephemeral resources: this is the real provider, with
# moto for AWS, as tests/terraform/amazon.py attaches it. It plans; nothing is made.

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

run "a_database_in_prod_is_safe" {
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
    error_message = "A database of prod could be lost or read."
  }
  assert {
    condition     = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value } == { "rds.force_ssl" = "1" } && aws_db_parameter_group.this.family == "postgres16"
    error_message = "The database takes connections in clear text."
  }
  assert {
    condition     = aws_secretsmanager_secret.password.name == "airflow/prod/payments/database" && aws_secretsmanager_secret.password.kms_key_id == var.kms_key_arn && aws_secretsmanager_secret.password.recovery_window_in_days == 30
    error_message = "The password is somewhere else, or under another key."
  }
  assert {
    condition     = [output.user, output.name, output.port, output.identifier] == ["airflow", "airflow", 5432, "airflow-prod-payments"]
    error_message = "The database is called otherwise."
  }
}

run "the_cluster_alone_reaches_it_by_its_port" {
  command = plan

  assert {
    condition = [
      for rule in aws_vpc_security_group_ingress_rule.groups :
      [rule.referenced_security_group_id, rule.ip_protocol, rule.from_port, rule.to_port]
    ] == [["sg-0a1", "tcp", 5432, 5432]]
    error_message = "Somebody else reaches the database."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.networks) == 0 && !aws_db_instance.this.publicly_accessible
    error_message = "The database has another door."
  }
}

run "networks_reach_it_when_they_are_named" {
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
    error_message = "A network that was named is not let in."
  }
}

run "alarms_reach_their_topics_at_their_thresholds" {
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
    error_message = "An alarm has another threshold than was said."
  }
  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.alarm_actions == toset(var.alarms.topic_arns) && alarm.ok_actions == toset(var.alarms.topic_arns)
      && alarm.treat_missing_data == "breaching" && alarm.dimensions == tomap({ DBInstanceIdentifier = "airflow-prod-payments" })
    ])
    error_message = "Somebody would not hear of an alarm, or of another database's."
  }
}

run "elsewhere_a_database_may_be_small_and_go" {
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
    error_message = "The database stays for ever."
  }
  assert {
    condition     = aws_db_parameter_group.this.name == "airflow-nonprod-payments-postgres17" && length(aws_db_parameter_group.this.parameter) == 2
    error_message = "The parameters are not those that were said."
  }
}
