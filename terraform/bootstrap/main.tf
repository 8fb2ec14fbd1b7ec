# Prerequisites of CI in one environment. An administrator of the account applies them; CI cannot change them.

locals {
  _environment = yamldecode(file("${path.module}/../../environments/${var.environment}/environment.yaml"))
  facts        = local._environment.terraform

  # Buckets that the grants of the environment name. A grant for a new bucket takes effect only after an
  # administrator has applied this again.
  _resources = flatten([for grant in values(try(local.facts.grants, {})) : grant.resources])
  buckets    = distinct(flatten([for arn in local._resources : regexall("^arn:[a-z-]+:s3:::[0-9a-z][0-9a-z.-]+", arn)]))
}

provider "aws" {
  allowed_account_ids = [local.facts.account]
  region              = local.facts.region

  default_tags {
    tags = {
      environment = var.environment
      managed-by  = "terraform"
      part-of     = "airflow-bootstrap"
    }
  }
}

module "ci" {
  source = "../modules/ci"

  account           = local.facts.account
  buckets           = local.buckets
  cluster_name      = local.facts.cluster.name
  environment       = var.environment
  oidc_provider_arn = local.facts.ci.oidc_provider_arn
  partition         = try(local.facts.partition, "aws")
  region            = local.facts.region
  repository        = local.facts.ci.repository
  subject           = try(local.facts.ci.subject, null)
  vpc_id            = local.facts.cluster.vpc_id
}
