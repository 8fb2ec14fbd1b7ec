# Identical in all environments on EKS, which differ in environment.yaml, values.yaml, teams/ and backend.tf.

locals {
  environment = yamldecode(file("${path.module}/environment.yaml"))
  stated      = local.environment.terraform

  # The cluster knows its network: these facts need not be stated.
  facts = merge(local.stated, { cluster = merge(local._network, local.stated.cluster) })
  _network = {
    security_group_ids = can(local.stated.cluster.security_group_id) ? [] : compact([try(local._vpc.cluster_security_group_id, "")])
    vpc_id             = try(local._vpc.vpc_id, null)
  }
  _vpc = one(data.aws_eks_cluster.this.vpc_config)

  # All inputs are known before the first apply: none is an output of another resource.
  cluster = {
    certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)
    command     = "aws"
    endpoint    = data.aws_eks_cluster.this.endpoint
    token       = ["eks", "get-token", "--cluster-name", local.stated.cluster.name, "--region", local.stated.region]
  }
}

data "aws_eks_cluster" "this" {
  name = local.stated.cluster.name
}

provider "aws" {
  allowed_account_ids = [local.stated.account]
  region              = local.stated.region

  default_tags {
    # Shared resources have the owner as their team; those of a team have its name.
    tags = merge({ team = try(local.stated.monitoring.owner, "platform") }, try(local.stated.tags, {}), {
      environment = local.environment.name
      managed-by  = "terraform"
      part-of     = "airflow"
    })
  }
}

# The provider reads its keys from DD_API_KEY and DD_APP_KEY.
provider "datadog" {
  api_url  = "https://api.${try(local.stated.monitoring.site, "datadoghq.com")}/"
  validate = tostring(can(local.stated.monitoring.notify))
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
