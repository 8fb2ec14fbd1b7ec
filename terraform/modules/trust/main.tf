# Trust policy of a role that the pods of ServiceAccounts in one namespace of one cluster can assume.

locals {
  issuer      = try(trimprefix(var.oidc.issuer, "https://"), null)
  cluster_arn = "arn:${var.cluster.partition}:eks:${var.cluster.region}:${var.cluster.account}:cluster/${var.cluster.name}"
}

data "aws_iam_policy_document" "this" {
  # Without conditions, any association in any cluster of the account could use the role.
  dynamic "statement" {
    for_each = var.mode == "pod_identity" ? [var.service_accounts[0]] : []

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
        values   = [var.namespace]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/kubernetes-service-account"
        values   = [statement.value]
      }
    }
  }

  # `sub` is the ServiceAccount; `aud` restricts it to tokens issued for AWS.
  dynamic "statement" {
    for_each = var.mode == "irsa" ? [var.service_accounts] : []

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
        values   = [for account in statement.value : "system:serviceaccount:${var.namespace}:${account}"]
      }
    }
  }
}
