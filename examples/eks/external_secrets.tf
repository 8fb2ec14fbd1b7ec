# The External Secrets Operator reads the secrets of one environment.

data "aws_iam_policy_document" "external_secrets" {
  statement {
    sid       = "ReadSecrets"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = ["arn:${var.partition}:secretsmanager:${local.account_arn}:secret:airflow/${var.environment}/*"]
  }

  # Tasks read them from Secrets Manager themselves; they have no place in the cluster.
  statement {
    sid     = "DenyConnectionsAndVariables"
    effect  = "Deny"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      for kind in ["connections", "variables"] :
      "arn:${var.partition}:secretsmanager:${local.account_arn}:secret:airflow/${var.environment}/${kind}/*"
    ]
  }

  # terraform/bootstrap makes the key with this alias, after the cluster. Its ARN may be stated once it is known.
  statement {
    sid       = "DecryptSecrets"
    actions   = ["kms:Decrypt"]
    resources = coalescelist(tolist(var.secret_key_arns), ["arn:${var.partition}:kms:${local.account_arn}:key/*"])

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.region}.amazonaws.com"]
    }

    dynamic "condition" {
      for_each = length(var.secret_key_arns) == 0 ? ["alias/airflow-${var.environment}"] : []

      content {
        test     = "ForAnyValue:StringEquals"
        variable = "kms:ResourceAliases"
        values   = [condition.value]
      }
    }
  }
}
