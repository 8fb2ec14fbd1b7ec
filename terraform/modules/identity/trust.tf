# Trust policies. A role can be assumed by the pods of one ServiceAccount in one namespace of one cluster.

data "aws_iam_policy_document" "trust" {
  for_each = local.components

  # Without conditions, any association in any cluster of the account could use the role.
  dynamic "statement" {
    for_each = var.mode == "pod_identity" ? [each.value] : []

    content {
      sid     = "PodIdentity"
      actions = ["sts:AssumeRole", "sts:TagSession"]

      principals {
        type        = "Service"
        identifiers = ["pods.eks.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.cluster.account]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [local.cluster_arn]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/eks-cluster-name"
        values   = [var.cluster.name]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/kubernetes-namespace"
        values   = [statement.value.namespace]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/kubernetes-service-account"
        values   = [statement.value.service_account]
      }
    }
  }

  # `sub` is the ServiceAccount; `aud` restricts it to tokens issued for AWS.
  dynamic "statement" {
    for_each = var.mode == "irsa" ? [each.value] : []

    content {
      sid     = "ServiceAccountToken"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [var.oidc.provider_arn]
      }
      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "${local.issuer}:sub"
        values   = local.subjects[each.key]
      }
    }
  }
}
