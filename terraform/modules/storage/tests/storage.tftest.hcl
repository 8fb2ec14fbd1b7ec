# Resources of the module. The real provider renders the policies offline; everything else is mocked.

mock_provider "aws" {
  alias = "mock"

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account     = "111122223333"
  environment = "prod"
}

run "policies_deny_requests_that_are_always_wrong" {
  command = apply

  override_resource {
    target = aws_s3_bucket.this
  }

  override_resource {
    target = aws_s3_bucket_lifecycle_configuration.dags
  }

  override_resource {
    target = aws_s3_bucket_lifecycle_configuration.logs
  }

  override_resource {
    target = aws_s3_bucket_ownership_controls.this
  }

  override_resource {
    target = aws_s3_bucket_policy.this
  }

  override_resource {
    target = aws_s3_bucket_public_access_block.this
  }

  override_resource {
    target = aws_s3_bucket_server_side_encryption_configuration.this
  }

  override_resource {
    target = aws_s3_bucket_versioning.this
  }

  override_data {
    target = data.aws_kms_alias.this
    values = { target_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/one" }
  }

  assert {
    condition = alltrue([
      for kind in ["dags", "logs"] : jsondecode(data.aws_iam_policy_document.bucket[kind].json) == {
        Version = "2012-10-17"
        Statement = [
          {
            Sid       = "DenyWithoutTls"
            Effect    = "Deny"
            Principal = "*"
            Action    = "s3:*"
            Resource = [
              "arn:aws:s3:::airflow-prod-${kind}-111122223333/*",
              "arn:aws:s3:::airflow-prod-${kind}-111122223333",
            ]
            Condition = { Bool = { "aws:SecureTransport" = "false" } }
          },
          {
            Sid       = "DenyOtherEncryption"
            Effect    = "Deny"
            Principal = "*"
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::airflow-prod-${kind}-111122223333/*"
            Condition = {
              Null            = { "s3:x-amz-server-side-encryption" = "false" }
              StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
            }
          },
          {
            Sid       = "DenyOtherKeys"
            Effect    = "Deny"
            Principal = "*"
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::airflow-prod-${kind}-111122223333/*"
            Condition = {
              StringEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
              StringNotEquals = {
                "s3:x-amz-server-side-encryption-aws-kms-key-id" = "arn:aws:kms:eu-central-1:111122223333:key/one"
              }
            }
          },
          {
            Sid       = "DenyKeysOfCallers"
            Effect    = "Deny"
            Principal = "*"
            Action    = "s3:PutObject"
            Resource  = "arn:aws:s3:::airflow-prod-${kind}-111122223333/*"
            Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
          },
        ]
      }
    ])
    error_message = data.aws_iam_policy_document.bucket["logs"].json
  }
}

run "both_buckets_are_private_and_encrypted_with_a_rotating_key" {
  command   = apply
  providers = { aws = aws.mock }

  assert {
    condition = alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "A bucket lacks the public access block."
  }
  assert {
    condition = alltrue([
      for bucket in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([
        for rule in bucket.rule : rule.bucket_key_enabled
        && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
        && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == data.aws_kms_alias.this.target_key_arn
      ])
    ])
    error_message = "A bucket is not encrypted with the environment's key."
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_ownership_controls.this : bucket.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "Objects of a bucket can belong to another account."
  }
  assert {
    condition     = keys(aws_s3_bucket_policy.this) == ["dags", "logs"] && alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy])
    error_message = "A bucket has no policy, or has force_destroy."
  }
  assert {
    condition = { for kind, bucket in output.buckets : kind => bucket.name } == {
      dags = "airflow-prod-dags-111122223333"
      logs = "airflow-prod-logs-111122223333"
    }
    error_message = jsonencode(output.buckets)
  }
}

run "logs_expire_and_dags_have_versions" {
  command   = plan
  providers = { aws = aws.mock }
  variables { log_retention_days = 400 }

  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.logs.rule[0].expiration[0].days == 400
      && aws_s3_bucket_lifecycle_configuration.logs.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    )
    error_message = "Logs have another retention."
  }
  assert {
    condition = (
      aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
      && aws_s3_bucket_lifecycle_configuration.dags.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30
    )
    error_message = "Dags have no versions, or versions do not expire."
  }
}

run "outside_of_prod_force_destroy_and_names_are_allowed" {
  command   = plan
  providers = { aws = aws.mock }

  variables {
    environment   = "nonprod"
    force_destroy = true
    names         = { dags = "somewhere-else" }
  }

  assert {
    condition     = { for kind, bucket in aws_s3_bucket.this : bucket.bucket => bucket.force_destroy } == { "airflow-nonprod-logs-111122223333" = true, somewhere-else = true }
    error_message = "A bucket has another name or force_destroy."
  }
}
