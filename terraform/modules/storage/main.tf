# Buckets of an environment for task logs and Dags.

locals {
  buckets = {
    dags = coalesce(var.names.dags, "airflow-${var.environment}-dags-${var.account}")
    logs = coalesce(var.names.logs, "airflow-${var.environment}-logs-${var.account}")
  }

  kms_key_arn = data.aws_kms_alias.this.target_key_arn

  # Built from the names, so that a plan shows the complete policies.
  arns = { for kind, name in local.buckets : kind => "arn:${var.partition}:s3:::${name}" }
}

# The key that terraform/bootstrap makes. Not being here, it can be lost with no apply or destroy.
data "aws_kms_alias" "this" {
  name = "alias/airflow-${var.environment}"
}

# Earlier versions made it here: bootstrap imports it (terraform/bootstrap/README.md).
removed {
  from = aws_kms_key.this

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_kms_alias.this

  lifecycle {
    destroy = false
  }
}

resource "aws_s3_bucket" "this" {
  # checkov matches only one bucket of a `for_each` with its other resources; tests check both.
  #checkov:skip=CKV2_AWS_6:aws_s3_bucket_public_access_block.this covers both.
  #checkov:skip=CKV_AWS_145:aws_s3_bucket_server_side_encryption_configuration.this covers both.
  #checkov:skip=CKV_AWS_21:Logs are written once; versions would outlive log_retention_days.
  for_each = local.buckets

  bucket        = each.value
  force_destroy = var.force_destroy
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", each.value))
      error_message = "${each.value} is not a valid name of a bucket: S3 allows 3 to 63 lower-case letters, digits and dashes. Set `names.${each.key}`."
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = aws_s3_bucket.this

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id

  rule {
    # Airflow writes many small objects; without a bucket key each one is a request to KMS.
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = local.kms_key_arn
      sse_algorithm     = "aws:kms"
    }
  }
}

# Only Dags have versions, to restore files that were overwritten or deleted by mistake.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this["dags"].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "dags" {
  bucket = aws_s3_bucket_versioning.this.bucket

  rule {
    id     = "old-versions"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    expiration {
      expired_object_delete_marker = true
    }

    noncurrent_version_expiration {
      noncurrent_days = var.dag_version_days
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.this["logs"].id

  rule {
    id     = "retention"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    expiration {
      days = var.log_retention_days
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  # S3 rejects concurrent changes of a bucket's policy and its public access block.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
