# Values in Secrets Manager, which the module itself never outputs.

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
