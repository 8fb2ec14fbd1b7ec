# What an environment refuses before anything is made. The provider of AWS is the real one, of no account.

provider "aws" {
  access_key                  = "none"
  region                      = "eu-central-1"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

mock_provider "datadog" {}
mock_provider "helm" {}
mock_provider "kubernetes" {}

variables {
  deployed_by = "ci"
  environment = "prod"
  folder      = "../environments/prod"
  stated      = {}

  facts = yamldecode(file("../environments/prod/environment.yaml")).terraform
}

run "prod_is_planned_from_its_own_facts" {
  command = plan
  variables { stated = yamldecode(file("../environments/prod/environment.yaml")).terraform }

  assert {
    condition     = keys(module.database) == ["finance", "payments", "search"] && keys(output.releases) == keys(module.database)
    error_message = "A team of prod is without a release or a database."
  }
}

run "nonprod_is_planned_from_its_own_facts" {
  command = plan

  variables {
    environment = "nonprod"
    facts       = yamldecode(file("../environments/nonprod/environment.yaml")).terraform
    folder      = "../environments/nonprod"
    stated      = yamldecode(file("../environments/nonprod/environment.yaml")).terraform
  }
  assert {
    condition     = length(module.database) == 0 && length(module.monitoring) == 1
    error_message = "nonprod has no database of AWS, and is watched."
  }
}

run "a_fact_that_nobody_knows_is_refused" {
  command = plan
  variables { stated = { database = { instance = { clas = "db.m7g.large" } } } }
  expect_failures = [output.values]
}

run "a_fact_at_the_top_that_nobody_knows_is_refused" {
  command = plan
  variables { stated = { permission_boundary = "arn:aws:iam::111122223333:policy/boundary" } }
  expect_failures = [output.values]
}

run "a_threshold_of_no_monitor_is_refused" {
  command = plan
  variables {
    facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, {
      monitoring = {
        notify     = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
        runbooks   = "https://example.com/monitors.md"
        thresholds = { heartbeat = 1 }
      }
    })
  }
  expect_failures = [output.values]
}

run "one_replica_in_prod_is_refused" {
  command = plan
  variables { folder = "./tests/folders/lonely" }
  expect_failures = [output.values]
}

run "an_unknown_owner_is_refused" {
  command = plan
  variables { deployed_by = "argo" }
  expect_failures = [var.deployed_by]
}

run "an_environment_that_is_no_label_is_refused" {
  command = plan
  variables { environment = "Prod!" }
  expect_failures = [var.environment]
}

run "a_folder_without_teams_is_refused" {
  command = plan
  variables { folder = "./modules" }
  expect_failures = [var.folder]
}

run "a_grant_to_an_unknown_team_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { grants = { Read = { teams = ["moon"], actions = ["s3:GetObject"], resources = ["arn:aws:s3:::a/*"] } } }) }
  expect_failures = [var.facts]
}

run "facts_of_an_unknown_team_are_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { teams = { moon = {} } }) }
  expect_failures = [var.facts]
}

run "production_is_called_prod" {
  command = plan
  variables { environment = "production" }
  expect_failures = [var.environment]
}

run "prod_without_monitoring_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { monitoring = null }) }
  expect_failures = [var.facts]
}

run "prod_without_a_boundary_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { permissions_boundary = null }) }
  expect_failures = [var.facts]
}

run "buckets_of_prod_that_go_with_all_in_them_are_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { storage = { force_destroy = true } }) }
  expect_failures = [var.facts]
}

run "a_database_of_prod_without_protection_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { database = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform.database, { deletion_protection = false }) }) }
  expect_failures = [var.facts]
}

run "a_database_of_prod_in_one_zone_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { database = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform.database, { instance = {} }) }) }
  expect_failures = [var.facts]
}

run "secrets_of_prod_that_are_lost_at_once_are_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { secrets = { recovery_window_days = 0 } }) }
  expect_failures = [var.facts]
}

run "an_unknown_delivery_is_refused" {
  command = plan
  variables { facts = merge(yamldecode(file("../environments/prod/environment.yaml")).terraform, { secrets = { delivery = "vault" } }) }
  expect_failures = [var.facts]
}

run "a_team_with_two_dashes_is_refused" {
  command = plan
  variables { folder = "./tests/folders/dashes" }
  expect_failures = [var.folder]
}

run "a_team_whose_roles_would_have_too_long_names_is_refused" {
  command = plan
  variables { folder = "./tests/folders/long" }
  expect_failures = [var.folder]
}

run "a_team_that_calls_itself_by_another_name_is_refused" {
  command = plan
  variables { folder = "./tests/folders/other" }
  expect_failures = [var.folder]
}

run "values_of_another_environment_are_refused" {
  command = plan
  variables { folder = "../environments/nonprod" }
  expect_failures = [var.folder]
}
