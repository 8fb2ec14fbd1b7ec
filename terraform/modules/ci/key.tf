# KMS key of the environment: for logs, Dags, databases and secrets. The environment finds it by its alias.

resource "aws_kms_key" "this" {
  description             = "Airflow ${var.environment}: logs, Dags, databases and secrets."
  deletion_window_in_days = 30
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags

  # Without it, nothing that it encrypted can be read again.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = local.alias
  target_key_id = aws_kms_key.this.key_id

  lifecycle {
    prevent_destroy = true
  }
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:A key whose policy excludes the account cannot be changed any more.
  #checkov:skip=CKV_AWS_111:The same; the policies of roles limit what they may do with the key.
  #checkov:skip=CKV_AWS_356:In a key policy, * is that key.
  # Lets the policies of roles decide. Without this statement the key could never be changed again. In a key
  # policy, `*` means this key.
  statement {
    sid       = "RolesDecide"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.partition}:iam::${var.account}:root"]
    }
  }
}
