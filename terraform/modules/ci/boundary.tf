# What no role of the environment can do, whatever it is granted.

locals {
  _buckets = concat(["arn:${var.partition}:s3:::${local.name}-*"], var.buckets)

  boundary = {
    Ceiling = {
      actions   = var.services
      resources = ["*"]
      reason    = "A boundary grants nothing: this is the most that a role's own policy can open."
    }
    RefuseIdentities = {
      effect    = "Deny"
      actions   = ["iam:*", "organizations:*"]
      resources = ["*"]
      reason    = "No role of Airflow changes who may what, anywhere."
    }
    RefuseOtherRoles = {
      effect        = "Deny"
      actions       = ["sts:AssumeRole"]
      not_resources = [local.arns.roles]
    }
    RefuseOtherBuckets = {
      effect        = "Deny"
      actions       = ["s3:*"]
      not_resources = flatten([for arn in local._buckets : [arn, "${arn}/*"]])
    }
    # Its name is one of those, and it says how everything here is made.
    RefuseState = {
      effect    = "Deny"
      actions   = ["s3:*"]
      resources = [local.arns.state, "${local.arns.state}/*"]
    }
    RefuseOtherSecrets = {
      effect        = "Deny"
      actions       = ["secretsmanager:*"]
      not_resources = ["arn:${var.partition}:secretsmanager:${var.region}:${var.account}:secret:airflow/${var.environment}/*"]
    }
    RefuseOtherEnvironments = {
      effect    = "Deny"
      actions   = ["*"]
      resources = ["*"]
      reason    = "Whatever says by its tag that it belongs to another environment, of whatever kind."
      conditions = [
        { test = "Null", variable = "aws:ResourceTag/environment", values = ["false"] },
        { test = "StringNotEquals", variable = "aws:ResourceTag/environment", values = [var.environment] },
      ]
    }
  }
}
