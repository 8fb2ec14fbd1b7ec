# Where an environment keeps task logs and Dags: two buckets and the key that encrypts them.

locals {
  buckets = {
    dags = coalesce(var.names.dags, "airflow-${var.environment}-dags-${var.account}")
    logs = coalesce(var.names.logs, "airflow-${var.environment}-logs-${var.account}")
  }

  # From their names, so that a plan shows the policies as they will be.
  arns = { for kind, name in local.buckets : kind => "arn:${var.partition}:s3:::${name}" }
}

resource "aws_kms_key" "this" {
  description             = "Airflow ${var.environment}: logs, Dags, databases and secrets."
  deletion_window_in_days = 30
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = "alias/airflow-${var.environment}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_s3_bucket" "this" {
  # Of two buckets by `for_each`, checkov connects one with what it gets besides; tests ask both.
  #checkov:skip=CKV2_AWS_6:aws_s3_bucket_public_access_block.this is of both.
  #checkov:skip=CKV_AWS_145:aws_s3_bucket_server_side_encryption_configuration.this is of both.
  #checkov:skip=CKV_AWS_21:Logs are written once; versions would keep them for longer than was said.
  for_each = local.buckets

  bucket        = each.value
  force_destroy = var.force_destroy
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", each.value))
      error_message = "The bucket of the ${each.key} cannot be called ${each.value}: 3 to 63 lower-case letters, digits and dashes; give it a name by `names.${each.key}`."
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
    # Airflow writes many small objects: without it each one is a call of KMS.
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      kms_master_key_id = aws_kms_key.this.arn
      sse_algorithm     = "aws:kms"
    }
  }
}

# Dags are code: what was overwritten by mistake comes back. Logs are written once.
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

  # A policy and the block of public ones change the same thing: S3 refuses both at once.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
