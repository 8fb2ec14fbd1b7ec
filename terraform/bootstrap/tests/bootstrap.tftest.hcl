# The facts of the shipped environments are enough, and say the same as what is made of them.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mock" }
  }
}

variables {
  environment = "prod"
}

run "prod_states_the_boundary_and_the_bucket_that_are_made" {
  command = plan

  variables {
    environment = "prod"
  }

  assert {
    condition = alltrue([
      for value in values(output.state) :
      strcontains(file("../../environments/${var.environment}/backend.tf"), "\"${value}\"")
    ])
    error_message = "backend.tf of ${var.environment} states another state than ${jsonencode(output.state)}."
  }
  assert {
    condition     = contains(local.buckets, "arn:aws:s3:::example-warehouse-${var.environment}")
    error_message = "The boundary does not open for a bucket that a grant names: ${jsonencode(local.buckets)}."
  }
}

run "nonprod_states_the_boundary_and_the_bucket_that_are_made" {
  command = plan

  variables {
    environment = "nonprod"
  }

  assert {
    condition = alltrue([
      for value in values(output.state) :
      strcontains(file("../../environments/${var.environment}/backend.tf"), "\"${value}\"")
    ])
    error_message = "backend.tf of ${var.environment} states another state than ${jsonencode(output.state)}."
  }
  assert {
    condition     = contains(local.buckets, "arn:aws:s3:::example-warehouse-${var.environment}")
    error_message = "The boundary does not open for a bucket that a grant names: ${jsonencode(local.buckets)}."
  }
}

run "another_boundary_than_the_one_stated_is_refused" {
  command = plan

  override_module {
    target  = module.ci
    outputs = { boundary_arn = "arn:aws:iam::111122223333:policy/airflow/prod/another" }
  }

  expect_failures = [output.permissions_boundary]
}

run "an_unknown_environment_is_refused" {
  command = plan

  variables {
    environment = "qa"
  }

  expect_failures = [var.environment]
}

run "an_environment_that_is_not_on_aws_is_refused" {
  command = plan

  variables {
    environment = "local"
  }

  expect_failures = [var.environment]
}
