# A cluster and a network that fit an environment of this repository. An administrator of the account applies it
# before terraform/bootstrap; CI of the environment can change nothing here.

locals {
  # The cluster has the name of its environment; other names begin with eks-, which CI of the environment may not use.
  cluster     = var.environment
  name        = "eks-${var.environment}"
  account_arn = "${var.region}:${var.account}"
  cluster_arn = "arn:${var.partition}:eks:${local.account_arn}:cluster/${local.cluster}"

  tags = {
    cost-center = var.cost_center
    environment = var.environment
    managed-by  = "terraform"
    part-of     = "eks"
    team        = "platform"
  }
}

provider "aws" {
  allowed_account_ids = [var.account]
  region              = var.region

  default_tags {
    tags = local.tags
  }
}
