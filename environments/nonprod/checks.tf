# Identical in all environments on EKS. What must be there before, and fails silently without it: a check that does not
# hold is a warning of plan and apply.

locals {
  _uses_pod_identity = try(local.facts.identity.mode, "pod_identity") == "pod_identity"
  _has_database_pods = !can(local.facts.database.subnet_ids)
  # A data source of a check has no `count`: where an add-on is not needed, it asks for one that every cluster has.
  _network_addon = "vpc-cni"
}

check "pod_identity_agent" {
  data "aws_eks_addon" "pod_identity_agent" {
    cluster_name = local.stated.cluster.name
    addon_name   = local._uses_pod_identity ? "eks-pod-identity-agent" : local._network_addon
  }

  assert {
    condition     = data.aws_eks_addon.pod_identity_agent.addon_version != ""
    error_message = "The cluster ${local.stated.cluster.name} has no add-on eks-pod-identity-agent: pods get no AWS credentials, so Airflow reads neither logs nor connections. Install it, or set `identity.mode: irsa`."
  }
}

check "storage_driver" {
  data "aws_eks_addon" "storage_driver" {
    cluster_name = local.stated.cluster.name
    addon_name   = local._has_database_pods ? "aws-ebs-csi-driver" : local._network_addon
  }

  assert {
    condition     = data.aws_eks_addon.storage_driver.addon_version != ""
    error_message = "The cluster ${local.stated.cluster.name} has no add-on aws-ebs-csi-driver: the volumes of database pods stay pending. Install it, or set `database` for databases in RDS."
  }
}

check "network_policies" {
  data "aws_eks_addon" "network" {
    cluster_name = local.stated.cluster.name
    addon_name   = local._network_addon
  }

  assert {
    condition     = try(jsondecode(data.aws_eks_addon.network.configuration_values).enableNetworkPolicy, "false") == "true"
    error_message = "The add-on vpc-cni of ${local.stated.cluster.name} does not enforce network policies (`enableNetworkPolicy`): every pod reaches every other. Turn it on; with another engine, such as Cilium, ignore this."
  }
}

check "endpoints" {
  data "aws_vpc_endpoint" "object_storage" {
    vpc_id       = local.facts.cluster.vpc_id
    service_name = "com.amazonaws.${local.stated.region}.s3"

    filter {
      name   = "vpc-endpoint-type"
      values = ["Interface"]
    }
  }

  assert {
    condition     = data.aws_vpc_endpoint.object_storage.state == "available"
    error_message = "The VPC ${local.facts.cluster.vpc_id} has no interface endpoint of S3: network policies let Airflow reach private addresses only, so logs and Dags are out of reach. Make one, or open `networkPolicies.destinations.objectStorage`."
  }
}
