# Resources of the module. Python tests the meaning of the policies and the refusals.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mock" }
  }
}

variables {
  account           = "111122223333"
  cluster_name      = "prod"
  environment       = "prod"
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  region            = "eu-central-1"
  repository        = "example/airflow-on-kubernetes"
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
