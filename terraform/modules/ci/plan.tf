# Role of plans, on pull requests and before an approval: it may read what CI may, and changes nothing. It reads secrets,
# too, because Terraform opens the ephemeral ones in every plan; so the GitHub environment of plans decides who may plan.
# The nightly check for drift has it in an environment of its own, for `main` only, which needs no approval.

locals {
  plan_subjects = [
    for job in concat(["plan"], var.nightly_drift ? ["drift"] : []) :
    "repo:${var.repository}:environment:${var.environment}-${job}"
  ]

  plan = merge(
    {
      for sid, statement in local._reading : sid => statement if length(statement.actions) > 0
    },
    {
      # Opened in each plan for new passwords; the value is not kept.
      MakePasswords = local.parts.data.MakePasswords
      DecryptSecrets = {
        actions   = ["kms:Decrypt"]
        resources = local.parts.storage.UseKey.resources
        conditions = concat(local._key, [{
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = ["secretsmanager.${var.region}.${local._domain}"]
        }])
      }
    },
  )

  # Each permission of CI, with its reading actions only.
  _reading = merge([
    for part, statements in local.parts : {
      for sid, statement in statements : "Read${sid}" => merge(statement, {
        actions = [for action in statement.actions : action if can(regex(":(Describe|Get|List)", action)) && action != "secretsmanager:GetRandomPassword"]
      })
    } if part != "guards"
  ]...)
}

resource "aws_iam_role" "plan" {
  name                 = "${local.name}-plan"
  path                 = "/airflow-ci/"
  description          = "Workflows of ${var.repository} use it to plan ${var.environment}."
  assume_role_policy   = module.plan_trust.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.name
  policy = data.aws_iam_policy_document.this["plan"].json
}

module "plan_trust" {
  source = "../web_identity"

  provider_arn = var.oidc_provider_arn
  sid          = "Workflow"
  subjects     = local.plan_subjects
}
