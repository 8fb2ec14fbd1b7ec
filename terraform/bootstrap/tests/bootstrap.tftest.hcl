# The facts of the shipped environments suffice, and agree with the resources made from them.

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

run "prod_states_its_state_bucket_and_boundary" {
  command = plan

  variables {
    environment = "prod"
  }

  assert {
    condition = alltrue([
      for value in values(output.state) :
      strcontains(file("../../environments/${var.environment}/backend.tf"), "\"${value}\"")
    ])
    error_message = "backend.tf of ${var.environment} differs from ${jsonencode(output.state)}."
  }
  assert {
    condition     = length(local.facts.grants) > 0 && toset(keys(output.grants)) == toset(keys(local.facts.grants))
    error_message = "The boundary lacks a grant: ${jsonencode(output.grants)}."
  }
}

run "nonprod_states_its_state_bucket_and_boundary" {
  command = plan

  variables {
    environment = "nonprod"
  }

  assert {
    condition = alltrue([
      for value in values(output.state) :
      strcontains(file("../../environments/${var.environment}/backend.tf"), "\"${value}\"")
    ])
    error_message = "backend.tf of ${var.environment} differs from ${jsonencode(output.state)}."
  }
  assert {
    condition     = length(local.facts.grants) > 0 && toset(keys(output.grants)) == toset(keys(local.facts.grants))
    error_message = "The boundary lacks a grant: ${jsonencode(output.grants)}."
  }
}

run "prod_has_the_registry_and_nonprod_pulls_from_it" {
  command = plan

  assert {
    condition     = length(module.registry) == 1 && length(aws_eks_access_entry.ci) == 0
    error_message = "prod has no registry, or makes an access entry that its facts do not ask for."
  }
}

run "a_stated_boundary_that_differs_is_refused" {
  command = plan

  override_module {
    target = module.ci
    outputs = {
      boundary_arn  = "arn:aws:iam::111122223333:policy/airflow/prod/another"
      group         = "airflow-prod-ci"
      plan_group    = "airflow-prod-plan"
      plan_role_arn = "arn:aws:iam::111122223333:role/airflow-ci/airflow-prod-plan"
      role_arn      = "arn:aws:iam::111122223333:role/airflow-ci/airflow-prod-ci"
      subject       = "repo:example/airflow-on-kubernetes:environment:prod"
    }
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
