variable "account" {
  description = "The AWS account's number."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be the twelve digits of an AWS account, as text."
  }
}

variable "buckets" {
  description = "ARNs of buckets beside those of the environment that its roles can be granted at all: data of teams."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.buckets : can(regex("^arn:[a-z-]+:s3:::[0-9a-z][0-9a-z.-]+$", arn))])
    error_message = "`buckets` must be ARNs of buckets, without * and without what is in them."
  }
}

variable "cluster_name" {
  description = "Name of the EKS cluster: CI associates roles with pods of this one."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$", var.cluster_name))
    error_message = "`cluster_name` must be the name of an EKS cluster, not its ARN."
  }
}

variable "environment" {
  description = "The environment: nonprod, prod, …"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 30
    error_message = "`environment` must be lower-case letters, digits and dashes, at most 30."
  }
}

variable "oidc_provider_arn" {
  description = "ARN of the account's OIDC provider for CI, such as that of token.actions.githubusercontent.com."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/.+", var.oidc_provider_arn))
    error_message = "`oidc_provider_arn` must be the ARN of an OIDC provider in IAM."
  }
}

variable "partition" {
  description = "The partition of AWS."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "`partition` must be aws, aws-cn or aws-us-gov."
  }
}

variable "region" {
  description = "The region of the environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "`region` must be the name of an AWS region, such as eu-central-1, not ${var.region}."
  }
}

variable "repository" {
  description = "The repository whose CI applies the environment: owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9A-Za-z_.-]+/[0-9A-Za-z_.-]+$", var.repository))
    error_message = "`repository` must be owner/name, without * or a host."
  }
}

variable "services" {
  description = "Actions that roles of the environment can be granted at all: what components need, and what tasks use."
  type        = list(string)
  default = [
    "athena:*", "cloudwatch:*", "dynamodb:*", "ecs:*", "elasticmapreduce:*", "emr-serverless:*", "glue:*",
    "kinesis:*", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "lambda:InvokeFunction", "logs:*",
    "rds-db:connect", "redshift-data:*", "s3:*", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
    "sns:Publish", "sqs:*", "ssm:GetParameter*", "states:*", "sts:AssumeRole", "sts:TagSession",
  ]
  nullable = false

  validation {
    condition     = alltrue([for action in var.services : can(regex("^[0-9a-z-]+:[0-9A-Za-z*]+$", action))])
    error_message = "`services` must be actions such as glue:* or sns:Publish: a boundary that allows all bounds nothing."
  }
}

variable "subject" {
  description = "The subject of CI's token, when it is not that of a job in the environment of this name on GitHub."
  type        = string
  default     = null

  validation {
    condition     = var.subject == null || can(regex("^[^*?]+$", var.subject))
    error_message = "`subject` must be one exact subject, without * and ?: a pattern would let other workflows in."
  }
}

variable "tags" {
  description = "Tags of everything, beside those that the provider sets. `part-of` must not be airflow: CI may change what is."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = lookup(var.tags, "part-of", "") != "airflow"
    error_message = "`tags` must not say part-of airflow: that marks what CI may change."
  }
}

variable "vpc_id" {
  description = "The VPC of the cluster: CI makes security groups there."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "`vpc_id` must be the id of a VPC."
  }
}
