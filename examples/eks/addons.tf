# Add-ons of EKS. Nodes wait for those that run on each node, and the others wait for nodes.

locals {
  _configurations = {
    aws-ebs-csi-driver = { controller = { extraVolumeTags = local.tags } }
    # Without it, the cluster accepts NetworkPolicies and enforces none.
    vpc-cni = { enableNetworkPolicy = "true" }
  }
  configurations = { for addon, one in local._configurations : addon => jsonencode(one) }

  node_addons = ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"]
}

resource "aws_eks_addon" "node" {
  for_each = toset(local.node_addons)

  addon_name                  = each.key
  addon_version               = var.addon_versions[each.key]
  cluster_name                = aws_eks_cluster.this.name
  configuration_values        = lookup(local.configurations, each.key, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_eks_pod_identity_association.this]
}

resource "aws_eks_addon" "deployment" {
  for_each = toset(["aws-ebs-csi-driver", "coredns"])

  addon_name                  = each.key
  addon_version               = var.addon_versions[each.key]
  cluster_name                = aws_eks_cluster.this.name
  configuration_values        = lookup(local.configurations, each.key, null)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_eks_node_group.platform, aws_eks_pod_identity_association.this]
}
