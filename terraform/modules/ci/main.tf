# Prerequisites of an environment, which CI cannot change: the permissions boundary of its roles, the role
# with which CI applies it, the key that encrypts its data, and the bucket of its state.

locals {
  name  = "airflow-${var.environment}"
  alias = "alias/${local.name}"
  state = { bucket = "${local.name}-state-${var.account}", key = "airflow/${var.environment}.tfstate" }

  # Built from names, so that policies can refer to each other.
  arns = {
    boundary = "${local._iam}policy/airflow/${var.environment}/${local.name}-boundary"
    # Outside the path of the roles that CI creates.
    role  = "${local._iam}role/airflow-ci/${local.name}-ci"
    roles = "${local._iam}role/airflow/${var.environment}/*"
    state = "arn:${var.partition}:s3:::${local.state.bucket}"
  }
  _iam = "arn:${var.partition}:iam::${var.account}:"

  subject = coalesce(var.subject, "repo:${var.repository}:environment:${var.environment}")
}

resource "aws_iam_policy" "boundary" {
  name        = "${local.name}-boundary"
  path        = "/airflow/${var.environment}/"
  description = "Bounds every role of Airflow in ${var.environment}, whatever it is granted."
  policy      = data.aws_iam_policy_document.this["boundary"].json
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(try(jsonencode(jsondecode(data.aws_iam_policy_document.this["boundary"].json)), "")) <= 6144
      error_message = "The grants of ${var.environment} need a permissions boundary of more than the 6144 characters that IAM allows. Merge grants, or shorten their resources with *."
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "${local.name}-ci"
  path                 = "/airflow-ci/"
  description          = "CI of ${var.repository} uses it to apply ${var.environment}."
  assume_role_policy   = module.trust.json
  max_session_duration = 7200
  tags                 = var.tags
}

resource "aws_iam_policy" "this" {
  for_each = local.parts

  name        = "${local.name}-ci-${each.key}"
  path        = "/airflow-ci/"
  description = "CI of Airflow in ${var.environment}: ${each.key}."
  policy      = data.aws_iam_policy_document.this[each.key].json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = aws_iam_role.this.name
  policy_arn = each.value.arn
}

# The token must be issued for AWS (audience), for a job in the GitHub environment of this repository
# (subject). Reviewers of that environment therefore control the use of the role.
module "trust" {
  source = "../web_identity"

  provider_arn = var.oidc_provider_arn
  sid          = "Workflow"
  subjects     = [local.subject]
}
