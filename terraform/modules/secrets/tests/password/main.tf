# A password as the module `database` leaves it, with a character that a URL does not take.

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
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = "p@ss"
  secret_string_wo_version = 1
}

output "connection" {
  description = "How to connect."
  value = {
    host                = "db.example.com"
    name                = "airflow"
    password_secret_id  = aws_secretsmanager_secret_version.this.secret_id
    password_version_id = aws_secretsmanager_secret_version.this.version_id
    port                = 5432
    user                = "airflow"
  }
}
