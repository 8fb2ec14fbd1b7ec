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

run "an_alarm_that_always_rings_is_refused" {
  command = plan
  variables { alarms = { connections = 0 } }
  expect_failures = [var.alarms]
}

run "a_topic_that_is_none_is_refused" {
  command = plan
  variables { alarms = { topic_arns = ["oncall"] } }
  expect_failures = [var.alarms]
}

run "a_database_of_prod_that_one_apply_removes_is_refused" {
  command = plan
  variables { deletion_protection = false }
  expect_failures = [var.deletion_protection]
}

run "an_environment_with_two_dashes_is_refused" {
  command = plan
  variables { environment = "non--prod" }
  expect_failures = [var.environment]
}

run "a_database_of_prod_that_leaves_nothing_is_refused" {
  command = plan
  variables { final_snapshot = false }
  expect_failures = [var.final_snapshot]
}

run "one_zone_in_prod_is_refused" {
  command = plan
  variables { instance = {} }
  expect_failures = [var.instance]
}

run "a_database_without_backups_is_refused" {
  command = plan
  variables { instance = { multi_az = true, backup_days = 0 } }
  expect_failures = [var.instance]
}

run "a_class_that_is_none_is_refused" {
  command = plan
  variables { instance = { multi_az = true, class = "m7g.large" } }
  expect_failures = [var.instance]
}

run "another_engine_is_refused" {
  command = plan
  variables { instance = { multi_az = true, engine_version = "8.0" } }
  expect_failures = [var.instance]
}

run "storage_that_cannot_grow_is_refused" {
  command = plan
  variables { instance = { multi_az = true, storage_gb = 100, max_storage_gb = 100 } }
  expect_failures = [var.instance]
}

run "connections_in_clear_text_are_refused" {
  command = plan
  variables { instance = { multi_az = true, parameters = { "rds.force_ssl" = "0" } } }
  expect_failures = [var.instance]
}

run "an_alias_instead_of_a_key_is_refused" {
  command = plan
  variables { kms_key_arn = "alias/airflow-prod" }
  expect_failures = [var.kms_key_arn]
}

run "one_subnet_is_refused" {
  command = plan
  variables { network = { client_security_group_ids = ["sg-1"], subnet_ids = ["subnet-a"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "a_database_that_nobody_reaches_is_refused" {
  command = plan
  variables { network = { subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "a_security_group_that_is_none_is_refused" {
  command = plan
  variables { network = { client_security_group_ids = ["cluster"], subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "a_network_of_everything_is_refused" {
  command = plan
  variables { network = { client_cidrs = ["0.0.0.0/0"], subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "everything_in_two_halves_is_refused" {
  command = plan
  variables { network = { client_cidrs = ["0.0.0.0/1", "128.0.0.0/1"], subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "everything_of_the_other_family_is_refused" {
  command = plan
  variables { network = { client_cidrs = ["::/0"], subnet_ids = ["subnet-a", "subnet-b"], vpc_id = "vpc-1" } }
  expect_failures = [var.network]
}

run "half_a_password_is_refused" {
  command = plan
  variables { password = { revision = 1.5 } }
  expect_failures = [var.password]
}

run "a_recovery_window_that_aws_does_not_have_is_refused" {
  command = plan
  variables { password = { recovery_window_days = 3 } }
  expect_failures = [var.password]
}

run "a_password_of_prod_that_is_lost_at_once_is_refused" {
  command = plan
  variables { password = { recovery_window_days = 0 } }
  expect_failures = [var.password]
}

run "a_team_with_two_dashes_is_refused" {
  command = plan
  variables { team = "pay--ments" }
  expect_failures = [var.team]
}

run "a_name_too_long_for_rds_is_refused" {
  command = plan
  variables { team = "a-team-with-a-name-that-nobody-can-type-in-one-go-without-error" }
  expect_failures = [aws_db_instance.this]
}
