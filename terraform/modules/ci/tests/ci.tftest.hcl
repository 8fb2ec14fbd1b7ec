# Resources of the module. Python tests the meaning of the policies and the refusals.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mock" }
  }
}

# Renders policies offline.
provider "aws" {
  alias                       = "real"
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account           = "111122223333"
  cluster_name      = "prod"
  environment       = "prod"
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  region            = "eu-central-1"
  repository        = "example/airflow-on-kubernetes"
  teams             = ["payments"]
  vpc_id            = "vpc-08f7e6d5c4b3a2910"
}

run "ci_cannot_reach_its_own_role_and_policies" {
  command = plan

  assert {
    condition     = aws_iam_role.this.path == "/airflow-ci/" && aws_iam_policy.boundary.path == "/airflow/prod/"
    error_message = "The path of CI's role is the one of the roles that CI creates."
  }
  assert {
    condition     = alltrue([for policy in aws_iam_policy.this : policy.path == "/airflow-ci/"])
    error_message = "A policy of CI is outside the path that its denials cover."
  }
}

run "the_state_is_versioned_encrypted_and_private" {
  command = plan

  assert {
    condition = (
      output.state == { bucket = "airflow-prod-state-111122223333", key = "airflow/prod.tfstate" }
      && aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
      && one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
      && aws_s3_bucket_public_access_block.state.block_public_acls
      && aws_s3_bucket_public_access_block.state.block_public_policy
      && aws_s3_bucket_public_access_block.state.ignore_public_acls
      && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    )
    error_message = "The state bucket lacks versions, encryption or the public access block."
  }
}

run "the_key_of_the_environment_rotates_and_the_account_can_change_it" {
  command = plan

  assert {
    condition = (
      aws_kms_key.this.enable_key_rotation
      && aws_kms_key.this.deletion_window_in_days == 30
      && aws_kms_alias.this.name == "alias/airflow-prod"
    )
    error_message = "The key does not rotate, has another deletion window or another alias."
  }
  assert {
    condition = (
      one(data.aws_iam_policy_document.key.statement).actions == toset(["kms:*"])
      && one(one(data.aws_iam_policy_document.key.statement).principals).identifiers == toset(["arn:aws:iam::111122223333:root"])
    )
    error_message = "The policy of the key does not let the account's policies decide."
  }
}

run "grants_that_need_too_long_a_boundary_are_refused" {
  command   = plan
  providers = { aws = aws.real }

  variables {
    grants = { for number in range(50) : "ReadNumber${number}" => { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::lake-of-a-team-with-a-long-name-${number}/*"] } }
  }
  expect_failures = [aws_iam_policy.boundary]
}

run "ci_deletes_objects_only_where_the_facts_say_so" {
  command = plan

  assert {
    condition     = !contains(keys(local.parts.storage), "EmptyBuckets")
    error_message = "CI may delete objects without force_destroy."
  }
}

run "with_force_destroy_ci_empties_the_buckets_of_its_environment" {
  command = plan
  variables { empties_buckets = true }

  assert {
    condition = local.parts.storage.EmptyBuckets.resources == [
      "arn:aws:s3:::airflow-prod-dags-*", "arn:aws:s3:::airflow-prod-dags-*/*",
      "arn:aws:s3:::airflow-prod-logs-*", "arn:aws:s3:::airflow-prod-logs-*/*",
    ]
    error_message = "CI deletes objects of other buckets, such as the state, or cannot list versions."
  }
}

run "jobs_of_the_check_for_drift_have_the_role_of_plans_only_when_asked" {
  command = plan

  assert {
    condition     = local.plan_subjects == ["repo:example/airflow-on-kubernetes:environment:prod-plan"]
    error_message = "Jobs without an approval can assume the role of plans."
  }
}
