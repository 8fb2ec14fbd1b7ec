# Role of plans, on pull requests and before an approval: it may read what CI may, but no secret and no log.

locals {
  plan_subjects = ["repo:${var.repository}:pull_request", "repo:${var.repository}:ref:refs/heads/main"]

  # Each permission of CI, with its reading actions only.
  _reading = merge([
    for part, statements in local.parts : {
      for sid, statement in statements : "Read${sid}" => merge(statement, {
        actions = [for action in statement.actions : action if can(regex(":(Describe|Get|List)", action)) && !contains(local._unread, action)]
      })
    } if part != "guards"
  ]...)
  _unread = ["secretsmanager:GetRandomPassword", "secretsmanager:GetSecretValue"]

  plan = merge(
    { for sid, statement in local._reading : sid => statement if length(statement.actions) > 0 },
    {
      # Opened in each plan for new passwords; the value is not kept.
      MakePasswords = local.parts.data.MakePasswords
      RefuseSecrets = {
        effect    = "Deny"
        actions   = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"]
        resources = ["*"]
        reason    = "A denial: all who can push a branch can run a plan."
      }
    },
  )
}

resource "aws_iam_role" "plan" {
  name                 = "${local.name}-plan"
  path                 = "/airflow-ci/"
  description          = "Workflows of ${var.repository} use it to plan ${var.environment}."
  assume_role_policy   = data.aws_iam_policy_document.plan_trust.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.name
  policy = data.aws_iam_policy_document.this["plan"].json
}

data "aws_iam_policy_document" "plan_trust" {
  statement {
    sid     = "Workflow"
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local._issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local._issuer}:sub"
      values   = local.plan_subjects
    }
  }
}
