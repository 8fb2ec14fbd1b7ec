# Identical in all environments on EKS, which differ in environment.yaml, values.yaml, teams/ and backend.tf.

locals {
  environment = yamldecode(file("${path.module}/environment.yaml"))
  facts       = local.environment.terraform

  # All inputs are known before the first apply: none is an output of another resource.
  cluster = {
    certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
    command     = "aws"
    endpoint    = data.aws_eks_cluster.this.endpoint
    token       = ["eks", "get-token", "--cluster-name", local.facts.cluster.name, "--region", local.facts.region]
  }
}

data "aws_eks_cluster" "this" {
  name = local.facts.cluster.name
}

provider "aws" {
  allowed_account_ids = [local.facts.account]
  region              = local.facts.region

  default_tags {
    tags = merge(try(local.facts.tags, {}), {
      environment = local.environment.name
      managed-by  = "terraform"
      part-of     = "airflow"
    })
  }
}

# The provider reads its keys from DD_API_KEY and DD_APP_KEY.
provider "datadog" {
  api_url  = "https://api.${try(local.facts.monitoring.site, "datadoghq.com")}/"
  validate = tostring(can(local.facts.monitoring.notify))
}

provider "helm" {
  kubernetes = {
    cluster_ca_certificate = local.cluster.certificate
    host                   = local.cluster.endpoint

    exec = {
      api_version = "client.authentication.k8s.io/v1beta1"
      args        = local.cluster.token
      command     = local.cluster.command
    }
  }
}

provider "kubernetes" {
  cluster_ca_certificate = local.cluster.certificate
  host                   = local.cluster.endpoint

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    args        = local.cluster.token
    command     = local.cluster.command
  }
}

module "environment" {
  source = "../../terraform"

  deployed_by   = local.environment.deployedBy
  environment   = local.environment.name
  existing      = module.existing
  facts         = local.facts
  folder        = path.module
  lookup_values = var.lookup_values
  task_logs     = try(local.environment.taskLogs, null)
  quotas        = try(local.environment.quotas, {})
}
