# Trust policy of a role that the holder of an OIDC token can assume: one issued for AWS (audience), to one of the subjects.

locals {
  issuer = split(":oidc-provider/", var.provider_arn)[1]
}

data "aws_iam_policy_document" "this" {
  statement {
    sid     = var.sid
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = var.subjects
    }
  }
}
