# Permissions boundary of all roles of the environment: limits that hold whatever a role is granted.

locals {
  _granted = {
    buckets = distinct(flatten([for arn in local._grant_resources : regexall("^arn:[a-z-]+:s3:::[^/]+", arn)]))
    roles   = [for arn in local._grant_resources : arn if can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", arn))]
  }
  _grant_resources = flatten([for grant in values(var.grants) : grant.resources])
  _buckets         = concat(["arn:${var.partition}:s3:::${local.name}-*"], local._granted.buckets)
  _env_secrets     = "${local._arn.secretsmanager}secret:airflow/${var.environment}/*"

  # A boundary grants nothing; it limits what the policy of a role can grant.
  _ceiling = merge(
    {
      OwnObjects = {
        actions   = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
        resources = [for kind in ["dags", "logs"] : "arn:${var.partition}:s3:::${local.name}-${kind}-*"]
      }
      OwnKey = {
        actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
        resources  = ["${local._arn.kms}key/*"]
        conditions = local._key
      }
      OwnSecrets = {
        actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        resources = [local._env_secrets]
      }
      OwnDatabases = {
        actions   = ["rds-db:connect"]
        resources = ["arn:${var.partition}:rds-db:${var.region}:${var.account}:dbuser:*"]
      }
    },
    { for name, grant in var.grants : "Grant${name}" => merge({ actions = grant.actions, resources = grant.resources }, contains(grant.resources, "*") ? { reason = "The grant names no resource." } : {}) },
    length(var.services) == 0 ? {} : {
      Services = {
        actions   = var.services
        resources = ["*"]
        reason    = "An administrator has allowed to grant these on any resource."
      }
    },
  )

  boundary = merge(local._ceiling, {
    RefuseIdentities = {
      effect    = "Deny"
      actions   = ["iam:*", "organizations:*"]
      resources = ["*"]
      reason    = "No role of Airflow may change permissions anywhere."
    }
    RefuseOtherRoles = {
      effect        = "Deny"
      actions       = ["sts:AssumeRole"]
      not_resources = concat([local.arns.roles], local._granted.roles)
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
      not_resources = [local._env_secrets]
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
  })
}
