# A role for the External Secrets Operator: it reads the secrets of one environment, and copies them into the cluster.

module "trust" {
  source = "../trust"

  cluster          = var.cluster
  mode             = var.mode
  namespace        = var.operator.namespace
  oidc             = var.oidc
  service_accounts = [var.operator.service_account]
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "ReadSecrets"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = ["arn:${var.cluster.partition}:secretsmanager:${var.cluster.region}:${var.cluster.account}:secret:airflow/${var.environment}/*"]
  }

  # Connections and variables stay in Secrets Manager, where each team's pods read their own.
  statement {
    sid     = "RefuseLookups"
    effect  = "Deny"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      for kind in ["connections", "variables"] :
      "arn:${var.cluster.partition}:secretsmanager:${var.cluster.region}:${var.cluster.account}:secret:airflow/${var.environment}/${kind}/*"
    ]
  }

  statement {
    sid       = "DecryptSecrets"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.cluster.region}.${var.cluster.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "airflow-${var.environment}-external-secrets"
  path                 = "/airflow/${var.environment}/"
  description          = "The External Secrets Operator reads the secrets of Airflow in ${var.environment}."
  assume_role_policy   = module.trust.json
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "external-secrets"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json
}

resource "aws_eks_pod_identity_association" "this" {
  count = var.mode == "pod_identity" ? 1 : 0

  cluster_name    = var.cluster.name
  namespace       = var.operator.namespace
  service_account = var.operator.service_account
  role_arn        = aws_iam_role.this.arn
  tags            = var.tags
}
