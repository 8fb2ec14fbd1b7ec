# Trust policy of a role that the pods of ServiceAccounts in one namespace of one cluster can assume.

locals {
  cluster_arn = "arn:${var.cluster.partition}:eks:${var.cluster.region}:${var.cluster.account}:cluster/${var.cluster.name}"
}

data "aws_iam_policy_document" "this" {
  count = var.mode == "pod_identity" ? 1 : 0

  # Without conditions, any association in any cluster of the account could use the role.
  statement {
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
      values   = [var.service_accounts[0]]
    }
  }
}

module "web_identity" {
  source = "../web_identity"
  count  = var.mode == "irsa" ? 1 : 0

  provider_arn = var.oidc.provider_arn
  sid          = "ServiceAccountToken"
  subjects     = [for account in var.service_accounts : "system:serviceaccount:${var.namespace}:${account}"]
}
