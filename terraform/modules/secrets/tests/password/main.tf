# A password as the module database creates it, with a character that a URL must escape.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95, < 7"
    }
  }
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "airflow/nonprod/payments/database"
  kms_key_id              = "arn:aws:kms:eu-central-1:111122223333:key/one"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = var.password
  secret_string_wo_version = 1
}
