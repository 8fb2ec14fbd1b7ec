# Permissions boundary of all roles of the environment: limits that hold whatever a role is granted.

locals {
  _buckets = concat(["arn:${var.partition}:s3:::${local.name}-*"], var.buckets)

  boundary = {
    Ceiling = {
      actions   = var.services
      resources = ["*"]
      reason    = "A boundary grants nothing; it limits what the policy of a role can grant."
    }
    RefuseIdentities = {
      effect    = "Deny"
      actions   = ["iam:*", "organizations:*"]
      resources = ["*"]
      reason    = "No role of Airflow may change permissions anywhere."
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
    # The state bucket matches the pattern above, and the state describes every resource.
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
      reason    = "Covers this project's resources of all kinds whose tag names another environment."
      conditions = [
        # Not a company's own key or queue, whose tag `Environment` may be `production`: names of tags ignore case here.
        { test = "StringLike", variable = "aws:ResourceTag/part-of", values = ["airflow*"] },
        { test = "Null", variable = "aws:ResourceTag/environment", values = ["false"] },
        { test = "StringNotEquals", variable = "aws:ResourceTag/environment", values = [var.environment] },
      ]
    }
  }
}
