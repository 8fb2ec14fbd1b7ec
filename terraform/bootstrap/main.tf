# Prerequisites of CI in one environment. An administrator of the account applies them; CI cannot change them.

locals {
  _environment = yamldecode(file("${path.module}/../../environments/${var.environment}/environment.yaml"))
  facts        = local._environment.terraform
}

provider "aws" {
  allowed_account_ids = [local.facts.account]
  region              = local.facts.region

  default_tags {
    tags = merge({ team = try(local.facts.monitoring.owner, "platform") }, try(local.facts.tags, {}), {
      environment = var.environment
      managed-by  = "terraform"
      part-of     = "airflow-bootstrap"
    })
  }
}

# Asked only for the VPC.
data "aws_eks_cluster" "this" {
  count = can(local.facts.cluster.vpc_id) ? 0 : 1

  name = local.facts.cluster.name
}

module "ci" {
  source = "../modules/ci"

  account           = local.facts.account
  cluster_name      = local.facts.cluster.name
  empties_buckets   = try(local.facts.storage.force_destroy, false)
  environment       = var.environment
  grants            = { for name, grant in try(local.facts.grants, {}) : name => { actions = grant.actions, resources = grant.resources } }
  nightly_drift     = try(local._environment.nightlyDrift, false)
  oidc_provider_arn = local.facts.ci.oidc_provider_arn
  partition         = try(local.facts.partition, "aws")
  region            = local.facts.region
  repository        = local.facts.ci.repository
  services          = try(local.facts.boundary.services, [])
  subject           = try(local.facts.ci.subject, null)
  teams             = [for file in fileset("${path.module}/../../environments/${var.environment}/teams", "*.yaml") : trimsuffix(file, ".yaml")]
  vpc_id            = try(local.facts.cluster.vpc_id, data.aws_eks_cluster.this[0].vpc_config[0].vpc_id)
}

# CI and the check for drift are members of these groups in the cluster; the output `kubernetes` gives them their rights.
locals {
  _members = {
    ci   = { principal = module.ci.role_arn, group = module.ci.group }
    plan = { principal = module.ci.plan_role_arn, group = module.ci.plan_group }
  }
}

resource "aws_eks_access_entry" "ci" {
  for_each = try(local.facts.ci.access_entry, false) ? local._members : {}

  cluster_name      = local.facts.cluster.name
  principal_arn     = each.value.principal
  kubernetes_groups = [each.value.group]
}

moved {
  from = aws_eks_access_entry.ci[0]
  to   = aws_eks_access_entry.ci["ci"]
}

# Registry of the images of all environments, in one of them.
module "registry" {
  source = "../modules/registry"
  count  = can(local.facts.registry.name) ? 1 : 0

  account           = local.facts.account
  name              = local.facts.registry.name
  oidc_provider_arn = local.facts.ci.oidc_provider_arn
  partition         = try(local.facts.partition, "aws")
  readers           = try(local.facts.registry.readers, [])
  region            = local.facts.region
  subject           = module.ci.subject
}
