# Permissions of CI: create and change the resources of the modules. Policies identify resources by name, security
# groups, whose ids AWS assigns, by the default tags `environment` and `part-of`, and the key by its alias.

locals {
  _arn = {
    for service in ["cloudwatch", "ec2", "eks", "kms", "rds", "secretsmanager"] :
    service => "arn:${var.partition}:${service}:${var.region}:${var.account}:"
  }
  _marks = { environment = var.environment, part-of = "airflow" }
  # The request sets our tags; the resource has our tags.
  _asked  = [for key, value in local._marks : { test = "StringEquals", variable = "aws:RequestTag/${key}", values = [value] }]
  _marked = [for key, value in local._marks : { test = "StringEquals", variable = "aws:ResourceTag/${key}", values = [value] }]
  # Only the key with this alias, which CI cannot give to another key.
  _key    = [{ test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [local.alias] }]
  _domain = var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"

  _bounded = [{ test = "StringEquals", variable = "iam:PermissionsBoundary", values = [local.arns.boundary] }]

  _emptying = {
    # Terraform deletes all objects before a bucket with force_destroy.
    EmptyBuckets = {
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"]
      resources = flatten([for kind in ["dags", "logs"] : [for below in ["", "/*"] : "arn:${var.partition}:s3:::${local.name}-${kind}-*${below}"]])
    }
  }

  parts = {
    roles = {
      GrantWithinBoundary = {
        actions    = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        resources  = [local.arns.roles]
        conditions = local._bounded
      }
      ChangeRoles = {
        actions = [
          "iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:ListRoleTags", "iam:TagRole",
          "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
        ]
        resources = [local.arns.roles]
      }
      # To refuse a grant beyond the boundary in a plan.
      ReadBoundary = {
        actions   = ["iam:GetPolicy", "iam:GetPolicyVersion"]
        resources = [local.arns.boundary]
      }
      # EKS requires it to associate a role with pods.
      PassRolesToPods = {
        actions    = ["iam:PassRole"]
        resources  = [local.arns.roles]
        conditions = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["pods.eks.amazonaws.com"] }]
      }
      # The first RDS instance in an account creates this service-linked role.
      MakeRoleOfRDS = {
        actions    = ["iam:CreateServiceLinkedRole"]
        resources  = ["${local._iam}role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"]
        conditions = [{ test = "StringEquals", variable = "iam:AWSServiceName", values = ["rds.amazonaws.com"] }]
      }
      Associate = {
        actions   = ["eks:CreatePodIdentityAssociation", "eks:DescribeCluster", "eks:ListPodIdentityAssociations"]
        resources = ["${local._arn.eks}cluster/${var.cluster_name}"]
      }
      ChangeAssociations = {
        actions = [
          "eks:DeletePodIdentityAssociation", "eks:DescribePodIdentityAssociation", "eks:TagResource",
          "eks:UntagResource", "eks:UpdatePodIdentityAssociation",
        ]
        resources = ["${local._arn.eks}podidentityassociation/${var.cluster_name}/*"]
      }
    }

    # Denials hold whatever other policies are attached to the role of CI.
    guards = {
      KeepBoundaryOnRoles = {
        effect    = "Deny"
        actions   = ["iam:DeleteRolePermissionsBoundary"]
        resources = ["${local._iam}role/*"]
      }
      RefuseOtherBoundaries = {
        effect     = "Deny"
        actions    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary"]
        resources  = ["${local._iam}role/*"]
        conditions = [{ test = "StringNotEquals", variable = "iam:PermissionsBoundary", values = [local.arns.boundary] }]
      }
      KeepPolicies = {
        effect    = "Deny"
        actions   = ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"]
        resources = [local.arns.boundary, "${local._iam}policy/airflow-ci/*"]
      }
      KeepItself = {
        effect    = "Deny"
        actions   = ["iam:*"]
        resources = ["${local._iam}role/airflow-ci/*"]
      }
      # A role that CI creates may name CI in its trust policy, which IAM does not let us limit.
      RefuseRoles = {
        effect    = "Deny"
        actions   = ["sts:AssumeRole"]
        resources = ["*"]
        reason    = "A denial: CI has its own role by its token, and needs no other."
      }
      # CI may write the policies of these buckets, and so allow itself to read them.
      RefuseObjects = {
        effect    = "Deny"
        actions   = ["s3:GetObject", "s3:GetObjectVersion"]
        resources = [for kind in ["dags", "logs"] : "arn:${var.partition}:s3:::${local.name}-${kind}-*/*"]
      }
      # Whatever else is allowed: CI uses the key, and never decides who may.
      KeepKeys = {
        effect = "Deny"
        actions = [
          "kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:DisableKey", "kms:PutKeyPolicy",
          "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
        ]
        resources = ["*"]
        reason    = "A denial: an administrator makes keys, in bootstrap."
      }
      KeepState = {
        effect = "Deny"
        actions = [
          "s3:DeleteBucket*", "s3:DeleteObjectVersion", "s3:PutBucket*", "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
        ]
        resources = [local.arns.state, "${local.arns.state}/*"]
      }
    }

    storage = merge({ for sid, statement in local._emptying : sid => statement if var.empties_buckets }, {
      # ChangeBuckets covers listing the bucket.
      WriteState = {
        actions   = ["s3:GetObject", "s3:PutObject"]
        resources = ["${local.arns.state}/${local.state.key}", "${local.arns.state}/${local.state.key}.tflock"]
      }
      UnlockState = {
        actions   = ["s3:DeleteObject"]
        resources = ["${local.arns.state}/${local.state.key}.tflock"]
      }
      # No actions on objects: CI cannot read logs or Dags.
      ChangeBuckets = {
        actions = [
          "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:GetAccelerateConfiguration",
          "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration", "s3:ListBucket", "s3:PutBucketOwnershipControls",
          "s3:ListTagsForResource", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging",
          "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration", "s3:TagResource",
          "s3:UntagResource",
        ]
        resources = ["arn:${var.partition}:s3:::${local.name}-*"]
      }
      ListAliases = {
        actions   = ["kms:ListAliases"]
        resources = ["*"]
        reason    = "The action supports no ARN; it shows only names of keys."
      }
      DescribeKey = {
        actions    = ["kms:DescribeKey"]
        resources  = ["${local._arn.kms}key/*"]
        conditions = local._key
      }
      # Writing secrets and creating databases requires the key, through these services only.
      UseKey = {
        actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
        resources = ["${local._arn.kms}key/*"]
        conditions = concat(local._key, [{
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = [for service in ["rds", "secretsmanager"] : "${service}.${var.region}.${local._domain}"]
        }])
      }
      LendKeyToDatabases = {
        actions    = ["kms:CreateGrant"]
        resources  = ["${local._arn.kms}key/*"]
        conditions = concat(local._key, [{ test = "Bool", variable = "kms:GrantIsForAWSResource", values = ["true"] }])
      }
    })

    data = {
      ChangeSecrets = {
        actions = [
          "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy", "secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds",
          "secretsmanager:PutSecretValue", "secretsmanager:RestoreSecret", "secretsmanager:TagResource",
          "secretsmanager:UntagResource", "secretsmanager:UpdateSecret", "secretsmanager:UpdateSecretVersionStage",
        ]
        resources = ["${local._arn.secretsmanager}secret:airflow/${var.environment}/*"]
      }
      MakePasswords = {
        actions   = ["secretsmanager:GetRandomPassword"]
        resources = ["*"]
        reason    = "The action supports no ARN; it reads nothing."
      }
      ListSecrets = {
        actions   = ["secretsmanager:ListSecrets"]
        resources = ["*"]
        reason    = "The action supports no ARN; it reads names and tags, no values."
      }
      ChangeDatabases = {
        actions = [
          "rds:AddTagsToResource", "rds:CreateDBInstance", "rds:CreateDBParameterGroup", "rds:CreateDBSnapshot",
          "rds:CreateDBSubnetGroup", "rds:DeleteDBInstance", "rds:DeleteDBParameterGroup",
          "rds:DeleteDBSubnetGroup", "rds:DescribeDBParameterGroups", "rds:DescribeDBParameters",
          "rds:DescribeDBSubnetGroups", "rds:ListTagsForResource", "rds:ModifyDBInstance",
          "rds:ModifyDBParameterGroup", "rds:ModifyDBSubnetGroup", "rds:RebootDBInstance",
          "rds:RemoveTagsFromResource", "rds:ResetDBParameterGroup",
          "rds:RestoreDBInstanceFromDBSnapshot",
        ]
        # RDS also checks permissions on the default option group of a database.
        resources = concat(
          [for kind in ["db", "pg", "snapshot", "subgrp"] : "${local._arn.rds}${kind}:${local.name}-*"],
          ["${local._arn.rds}og:default:*"],
        )
      }
      # The provider finds a database by its resource id with a filter over all databases.
      FindDatabases = {
        actions   = ["rds:DescribeDBInstances"]
        resources = ["${local._arn.rds}db:*"]
      }
      ChangeAlarms = {
        actions = [
          "cloudwatch:DeleteAlarms", "cloudwatch:ListTagsForResource", "cloudwatch:PutMetricAlarm",
          "cloudwatch:TagResource", "cloudwatch:UntagResource",
        ]
        resources = ["${local._arn.cloudwatch}alarm:${local.name}-*"]
      }
      # CloudWatch asks for this one on all alarms, also when the request names one.
      ReadAlarms = {
        actions   = ["cloudwatch:DescribeAlarms"]
        resources = ["${local._arn.cloudwatch}alarm:*"]
      }
      MakeSecurityGroups = {
        actions    = ["ec2:CreateSecurityGroup"]
        resources  = ["${local._arn.ec2}security-group/*"]
        conditions = local._asked
      }
      MakeSecurityGroupsHere = {
        actions   = ["ec2:CreateSecurityGroup"]
        resources = ["${local._arn.ec2}vpc/${var.vpc_id}"]
      }
      MarkSecurityGroups = {
        actions   = ["ec2:CreateTags"]
        resources = ["${local._arn.ec2}security-group/*", "${local._arn.ec2}security-group-rule/*"]
        conditions = [{
          test     = "StringEquals"
          variable = "ec2:CreateAction"
          values   = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup"]
        }]
      }
      AddRules = {
        actions    = ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"]
        resources  = ["${local._arn.ec2}security-group-rule/*"]
        conditions = local._asked
      }
      ChangeSecurityGroups = {
        actions = [
          "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags",
          "ec2:DeleteSecurityGroup", "ec2:DeleteTags", "ec2:ModifySecurityGroupRules",
          "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
        ]
        resources  = ["${local._arn.ec2}security-group/*", "${local._arn.ec2}security-group-rule/*"]
        conditions = local._marked
      }
      LookAtNetworks = {
        # RDS calls most of these with the permissions of the caller that creates a subnet group or a database.
        actions = [
          "ec2:DescribeAccountAttributes", "ec2:DescribeAvailabilityZones", "ec2:DescribeInternetGateways",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs",
        ]
        resources = ["*"]
        reason    = "These actions support no ARN."
      }
    }
  }

  statements = merge(local.parts, { boundary = local.boundary, plan = local.plan })
}

data "aws_iam_policy_document" "this" {
  for_each = local.statements

  dynamic "statement" {
    for_each = each.value

    content {
      sid           = statement.key
      effect        = try(statement.value.effect, "Allow")
      actions       = statement.value.actions
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)

      dynamic "condition" {
        for_each = try(statement.value.conditions, [])

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
