# Refusals of an environment before anything is planned. The AWS provider is the real one, without an account.

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

override_data {
  target = module.storage.data.aws_kms_alias.this
  values = { target_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/one" }
}

override_data {
  target = data.aws_iam_policy.boundary
  values = { policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:Get*\", \"glue:*\"], \"Resource\": [\"arn:aws:s3:::example-warehouse-prod/*\", \"arn:aws:glue:eu-central-1:111122223333:job/a.b-?\"]}, {\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}" }
}

variables {
  deployed_by = "ci"
  environment = "prod"
  folder      = "./tests/folders/prod"

  facts = yamldecode(file("./tests/folders/prod/environment.yaml")).terraform
}

run "every_team_of_prod_has_a_release_and_a_database" {
  command = plan

  assert {
    condition     = keys(module.database) == ["finance", "search"] && keys(output.releases) == keys(module.database)
    error_message = "A team of prod is without a release or a database."
  }
}

run "an_environment_without_a_database_is_planned" {
  command = plan

  variables {
    environment = "nonprod"
    facts       = yamldecode(file("./tests/folders/nonprod/environment.yaml")).terraform
    folder      = "./tests/folders/nonprod"
  }
  assert {
    condition     = length(module.database) == 0 && length(module.monitoring) == 1
    error_message = "nonprod has a database of AWS, or no monitors."
  }
}

run "log_in_by_tokens_needs_no_password_of_a_database" {
  command = plan

  variables { facts = merge(var.facts, { database = merge(var.facts.database, { iam = true }) }) }

  assert {
    condition     = keys(local.token_databases) == ["finance", "search"]
    error_message = "A team of prod has a database without log-in by tokens."
  }
  assert {
    condition     = alltrue([for secrets in module.secrets : !contains(keys(secrets.names), "metadata")])
    error_message = "A URL with a password is stored, although components log in by tokens."
  }
  assert {
    condition     = alltrue([for team in ["finance", "search"] : local.values[team].data.metadataConnection.iam.enabled])
    error_message = "The last layer does not turn on log-in by tokens."
  }
}

run "a_team_whose_file_is_gone_is_not_destroyed" {
  command = plan

  variables { existing = { teams = ["finance", "payments"] } }
  expect_failures = [var.existing]
}

run "a_team_without_a_file_may_go_when_an_apply_has_marked_it" {
  command = plan

  variables {
    existing = { retiring = ["payments"], teams = ["finance", "payments"] }
    facts    = merge(var.facts, { retiring = ["payments"] })
  }
  assert {
    condition     = keys(terraform_data.retiring) == ["payments"]
    error_message = "The state forgets that the team may go before all of it is gone."
  }
}

run "exactly_the_retiring_team_is_marked" {
  command = plan

  variables { facts = merge(var.facts, { retiring = ["search"] }) }
  assert {
    condition     = { for team, tags in local.secret_tags : team => contains(keys(tags), "airflow-retiring") } == { finance = false, search = true }
    error_message = "Not exactly the retiring team is marked."
  }
}

run "a_retiring_team_that_does_not_exist_is_refused" {
  command = plan

  variables { facts = merge(var.facts, { retiring = ["moon"] }) }
  expect_failures = [var.facts]
}

run "a_returning_team_without_a_file_is_refused" {
  command = plan

  variables {
    existing = { retiring = ["moon"], teams = ["moon"] }
    facts    = merge(var.facts, { returning = ["moon"] })
  }
  expect_failures = [var.facts]
}

run "a_returning_team_without_its_fernet_key_is_refused" {
  command = plan

  variables { facts = merge(var.facts, { returning = ["search"] }) }
  expect_failures = [var.facts]
}

run "a_returning_team_is_planned" {
  command = plan

  variables {
    existing = { fernet_keys = { search = ["1", "2"] }, teams = ["search"] }
    facts = merge(var.facts, {
      returning = ["search"]
      teams     = { search = { revisions = { fernet_key = ["2", "1"] }, snapshot = "airflow-prod-search-final-1a2b3c4d" } }
    })
  }
  assert {
    condition     = local.own.search.snapshot == "airflow-prod-search-final-1a2b3c4d"
    error_message = "The database does not come from the snapshot."
  }
}

run "a_returning_team_with_another_fernet_key_is_refused" {
  command = plan

  variables {
    existing = { fernet_keys = { search = ["2"] }, teams = ["search"] }
    facts    = merge(var.facts, { returning = ["search"], teams = { search = { snapshot = "airflow-prod-search-final-1a2b3c4d" } } })
  }
  expect_failures = [var.facts]
}

run "a_returning_team_without_a_snapshot_is_refused" {
  command = plan

  variables {
    existing = { fernet_keys = { search = ["1"] }, teams = ["search"] }
    facts    = merge(var.facts, { returning = ["search"] })
  }
  expect_failures = [var.facts]
}

run "a_team_that_leaves_and_returns_at_once_is_refused" {
  command = plan

  variables {
    existing = { fernet_keys = { search = ["1"] }, teams = ["search"] }
    facts = merge(var.facts, {
      retiring  = ["search"]
      returning = ["search"]
      teams     = { search = { snapshot = "airflow-prod-search-final-1a2b3c4d" } }
    })
  }
  expect_failures = [var.facts]
}

run "a_team_has_its_own_recipients" {
  command = plan
  variables {
    facts = merge(var.facts, {
      teams = { search = { notify = ["@slack-search"] } }
      monitoring = {
        notify   = { page = "@pagerduty-airflow", warn = "@slack-airflow" }
        runbooks = "https://example.com/monitors.md"
      }
    })
  }
  assert {
    condition     = one(module.monitoring[0].recipients.finance) == "@slack-airflow" && one(module.monitoring[0].recipients.search) == "@slack-search"
    error_message = "An alert about a team does not reach its handles."
  }
}

run "a_threshold_of_no_monitor_is_refused" {
  command = plan
  variables {
    facts = merge(var.facts, {
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

run "a_grant_to_an_unknown_team_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { grants = { Read = { teams = ["moon"], actions = ["s3:GetObject"], resources = ["arn:aws:s3:::a/*"] } } }) }
  expect_failures = [var.facts]
}

run "facts_of_an_unknown_team_are_refused" {
  command = plan
  variables { facts = merge(var.facts, { teams = { moon = {} } }) }
  expect_failures = [var.facts]
}

run "a_name_that_looks_like_production_needs_a_tier" {
  command = plan
  variables {
    environment = "live"
    folder      = "./tests/folders/live"
  }
  expect_failures = [var.facts]
}

run "prod_has_no_other_tier" {
  command = plan
  variables { facts = merge(var.facts, { tier = "nonprod" }) }
  expect_failures = [var.facts]
}

run "production_of_another_name_has_the_same_guard_rails" {
  command = plan
  variables {
    environment = "live"
    folder      = "./tests/folders/live"
    facts       = merge(var.facts, { permissions_boundary = null, tier = "prod" })
  }
  expect_failures = [var.facts]
}

run "prod_without_monitoring_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { monitoring = null }) }
  expect_failures = [var.facts]
}

run "prod_without_a_boundary_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { permissions_boundary = null }) }
  expect_failures = [var.facts]
}

run "buckets_of_prod_that_go_with_all_in_them_are_refused" {
  command = plan
  variables { facts = merge(var.facts, { storage = { force_destroy = true } }) }
  expect_failures = [var.facts]
}

run "a_database_of_prod_without_protection_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { database = merge(var.facts.database, { deletion_protection = false }) }) }
  expect_failures = [var.facts]
}

run "a_database_of_prod_in_one_zone_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { database = merge(var.facts.database, { instance = {} }) }) }
  expect_failures = [var.facts]
}

run "secrets_of_prod_that_are_lost_at_once_are_refused" {
  command = plan
  variables { facts = merge(var.facts, { secrets = { recovery_window_days = 0 } }) }
  expect_failures = [var.facts]
}

run "an_unknown_delivery_is_refused" {
  command = plan
  variables { facts = merge(var.facts, { secrets = { delivery = "vault" } }) }
  expect_failures = [var.facts]
}

run "a_team_whose_roles_would_have_too_long_names_is_refused" {
  command = plan
  variables { folder = "./tests/folders/long" }
  expect_failures = [var.folder]
}

run "environments_of_one_account_whose_names_overlap_are_refused" {
  command = plan
  variables { folder = "./tests/overlapping/prod" }
  expect_failures = [var.facts]
}

run "a_database_without_clients_is_refused" {
  command = plan

  variables { facts = merge(var.facts, { cluster = { name = "prod", vpc_id = var.facts.cluster.vpc_id } }) }
  expect_failures = [var.facts]
}

run "a_team_with_a_cost_centre_has_it_on_all_that_it_pays_for" {
  command = plan

  variables { facts = merge(var.facts, { teams = { finance = { cost_center = "cc-42" } } }) }
  assert {
    condition = (
      local.tags == { finance = { cost-center = "cc-42", team = "finance" }, search = { team = "search" } }
      && local.values.finance.labels == { cost-center = "cc-42" }
      && local.secret_tags.finance.cost-center == "cc-42"
    )
    error_message = "A resource of the team lacks its cost centre: ${jsonencode(local.tags)}."
  }
}

run "a_team_reads_its_folder_of_the_bucket_of_dags" {
  command = plan

  assert {
    condition     = one(local.values.finance.dagProcessor.dagBundleConfigList).kwargs.prefix == "finance"
    error_message = "The release of a team reads no Dags, or those of another team."
  }
}

run "dags_of_another_source_stay" {
  command = plan

  variables { facts = merge(var.facts, { dags = { bucket = false } }) }
  assert {
    condition     = !can(local.values.finance.dagProcessor.dagBundleConfigList)
    error_message = "The last layer replaces the source of Dags that values name."
  }
}

run "a_grant_within_the_boundary_is_planned" {
  command = plan

  variables {
    facts = merge(var.facts, { grants = { Jobs = { teams = ["finance"], actions = ["glue:StartJobRun"], resources = ["arn:aws:glue:eu-central-1:111122223333:job/a.b-1"] } } })
  }
  assert {
    condition     = length(local.beyond_boundary) == 0
    error_message = "A grant that the boundary allows is refused: ${jsonencode(local.beyond_boundary)}."
  }
}

run "a_grant_whose_action_is_beyond_the_boundary_is_refused" {
  command = plan

  variables {
    facts = merge(var.facts, { grants = { Mail = { teams = ["finance"], actions = ["ses:SendEmail"], resources = ["arn:aws:s3:::example-warehouse-prod/a"] } } })
  }
  expect_failures = [output.roles]
}

run "a_grant_whose_resource_is_beyond_the_boundary_is_refused" {
  command = plan

  variables {
    facts = merge(var.facts, { grants = { Jobs = { teams = ["finance"], actions = ["glue:StartJobRun"], resources = ["arn:aws:glue:eu-central-1:111122223333:job/acb-1"] } } })
  }
  expect_failures = [output.roles]
}

run "the_operator_of_external_secrets_gets_a_role_by_default" {
  command = plan

  assert {
    condition     = length(module.external_secrets) == 1 && output.external_secrets.prefix == "airflow/prod/"
    error_message = "The External Secrets Operator can read nothing."
  }
}

run "an_operator_that_has_a_role_gets_no_second_one" {
  command = plan

  variables { facts = merge(var.facts, { secrets = { operator = { enabled = false } } }) }
  assert {
    condition     = length(module.external_secrets) == 0 && output.external_secrets.role == null
    error_message = "A role is made that nothing uses."
  }
}

run "another_way_of_delivery_needs_no_role_of_an_operator" {
  command = plan

  variables { facts = merge(var.facts, { secrets = { delivery = "data_wo" } }) }
  assert {
    condition     = length(module.external_secrets) == 0
    error_message = "A role is made that nothing uses."
  }
}
