# All modules with policies, planned with example facts. The real provider renders policies offline.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95, < 7"
    }
  }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

locals {
  cluster = { name = "apps", account = "111122223333", region = "eu-central-1" }
  keys    = { for name in ["dags", "logs", "secrets"] : name => "arn:aws:kms:eu-central-1:111122223333:key/${name}" }
  facts = {
    dags    = { bucket_arn = "arn:aws:s3:::airflow-prod-dags-111122223333", kms_key_arn = local.keys.dags }
    logs    = { bucket_arn = "arn:aws:s3:::airflow-prod-logs-111122223333", kms_key_arn = local.keys.logs }
    secrets = { kms_key_arn = local.keys.secrets }
  }
  grants = {
    LendRole = { actions = ["sts:AssumeRole"], resources = ["arn:aws:iam::444455556666:role/lake"] }
    ReadLake = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::payments-lake/*"] }
    ReadOrders = {
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::airflow-prod-payments-orders/*"]
    }
    WatchJobs = {
      actions    = ["glue:GetJobRun"]
      resources  = ["arn:aws:glue:eu-central-1:111122223333:job/payments-*"]
      conditions = [{ test = "StringEquals", variable = "aws:ResourceTag/team", values = ["payments"] }]
      triggerer  = true
    }
  }
  boundary = "arn:aws:iam::111122223333:policy/airflow/prod/airflow-prod-boundary"
}

# Every feature.
module "all" {
  source = "../../../terraform/modules/identity"

  cluster              = local.cluster
  dags                 = local.facts.dags
  database             = { resource_id = "db-PAYMENTS", user = "airflow" }
  environment          = "prod"
  launcher             = true
  logs                 = local.facts.logs
  permissions_boundary = local.boundary
  secrets              = merge(local.facts.secrets, { platform = true, test_connections = true })
  team                 = "payments"

  task_statements = { for name in ["ReadOrders", "WatchJobs"] : name => local.grants[name] }
}

# Logs and connections only.
module "usual" {
  source = "../../../terraform/modules/identity"

  cluster              = local.cluster
  environment          = "prod"
  logs                 = merge(local.facts.logs, { prefix = "airflow/search" })
  permissions_boundary = local.boundary
  secrets              = local.facts.secrets
  team                 = "search"
}

module "irsa" {
  source = "../../../terraform/modules/identity"

  cluster     = local.cluster
  environment = "nonprod"
  launcher    = true
  logs        = local.facts.logs
  mode        = "irsa"
  oidc = {
    issuer       = "https://oidc-eks.eu-central-1.api.aws/id/ABC"
    provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc-eks.eu-central-1.api.aws/id/ABC"
  }
  team = "payments"
}

module "external_secrets" {
  source = "../../../terraform/modules/external_secrets"

  cluster              = local.cluster
  environment          = "prod"
  kms_key_arn          = local.keys.secrets
  permissions_boundary = local.boundary
}

module "registry" {
  source = "../../../terraform/modules/registry"

  account           = local.cluster.account
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  region            = local.cluster.region
  subject           = "repo:example/airflow-on-kubernetes:environment:prod"
}

module "ci" {
  source = "../../../terraform/modules/ci"

  account           = local.cluster.account
  cluster_name      = local.cluster.name
  environment       = "prod"
  grants            = local.grants
  nightly_drift     = true
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  region            = local.cluster.region
  services          = ["ecs:*"]
  repository        = "example/airflow-on-kubernetes"
  teams             = ["payments", "search"]
  vpc_id            = "vpc-08f7e6d5c4b3a2910"
}

output "documents" {
  value = {
    ci    = module.ci.documents
    all   = module.all.documents
    irsa  = module.irsa.documents
    usual = module.usual.documents

    registry         = { pusher = module.registry.document }
    external_secrets = { operator = module.external_secrets.document }
  }
}

output "trust" {
  value = {
    all  = module.all.trust
    ci   = module.ci.trust
    irsa = module.irsa.trust
  }
}

output "kubernetes" {
  value = module.ci.kubernetes
}

output "reasons" {
  value = module.ci.reasons
}
