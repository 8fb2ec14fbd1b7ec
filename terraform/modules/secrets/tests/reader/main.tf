# What is in Secrets Manager, for tests to look at: the module itself never shows it.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95, < 7"
    }
  }
}

data "aws_secretsmanager_secret_version" "this" {
  for_each = var.names

  secret_id = each.value
}
