# The password, with the real provider and moto (tests/terraform/amazon.py): the secret is created, and
# resources that need a VPC are overridden.

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_resource {
  target = aws_cloudwatch_metric_alarm.this
}

override_resource {
  target = aws_db_instance.this
}

override_resource {
  target = aws_db_parameter_group.this
}

override_resource {
  target = aws_db_subnet_group.this
}

override_resource {
  target = aws_security_group.this
}

override_resource {
  target = aws_vpc_security_group_ingress_rule.groups
}

variables {
  environment = "nonprod"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/one"
  password    = { recovery_window_days = 0 }
  team        = "payments"

  network = {
    client_security_group_ids = ["sg-0a1"]
    subnet_ids                = ["subnet-a", "subnet-b"]
    vpc_id                    = "vpc-1"
  }
}

run "the_database_gets_the_password_of_its_secret" {
  assert {
    condition     = aws_db_instance.this.password_wo_version == parseint(substr(sha256(output.connection.password_version_id), 0, 7), 16) + 1
    error_message = "The revision of the database's password is not the one of its secret."
  }
  assert {
    condition     = output.connection.password_secret_id == output.password_secret_id
    error_message = "The connection refers to another secret."
  }
}

run "a_second_apply_keeps_the_password" {
  assert {
    condition     = output.connection.password_version_id == run.the_database_gets_the_password_of_its_secret.connection.password_version_id
    error_message = "An apply without a new revision generated another password."
  }
}

run "a_new_revision_changes_secret_and_database" {
  variables {
    password = { recovery_window_days = 0, revision = 2 }
  }

  assert {
    condition     = output.connection.password_version_id != run.the_database_gets_the_password_of_its_secret.connection.password_version_id
    error_message = "The secret has the old password."
  }
  assert {
    condition     = aws_db_instance.this.password_wo_version == parseint(substr(sha256(output.connection.password_version_id), 0, 7), 16) + 1
    error_message = "The database has the old password."
  }
}
