# What the module refuses; each of its sentences once.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  cluster              = { name = "apps", account = "111122223333", region = "eu-central-1" }
  environment          = "prod"
  permissions_boundary = "arn:aws:iam::111122223333:policy/airflow/prod/airflow-prod-boundary"
  team                 = "payments"
}

run "an_account_that_is_not_one_is_refused" {
  command = plan

  variables {
    cluster = { name = "apps", account = "1111", region = "eu-central-1" }
  }

  expect_failures = [var.cluster]
}

run "a_region_that_is_not_one_is_refused" {
  command = plan

  variables {
    cluster = { name = "apps", account = "111122223333", region = "Frankfurt" }
  }

  expect_failures = [var.cluster]
}

run "the_arn_of_a_cluster_is_refused" {
  command = plan

  variables {
    cluster = { name = "arn:aws:eks:eu-central-1:111122223333:cluster/apps", account = "111122223333", region = "eu-central-1" }
  }

  expect_failures = [var.cluster]
}

run "all_dags_of_a_bucket_are_refused" {
  command = plan

  variables {
    dags = { bucket_arn = "arn:aws:s3:::dags", kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1", prefix = "*" }
  }

  expect_failures = [var.dags]
}

run "every_user_of_the_database_is_refused" {
  command = plan

  variables {
    database = { resource_id = "db-ABC", user = "*" }
  }

  expect_failures = [var.database]
}

run "an_environment_in_capitals_is_refused" {
  command = plan

  variables {
    environment = "Nonprod"
  }

  expect_failures = [var.environment]
}

run "all_logs_of_a_bucket_are_refused" {
  command = plan

  variables {
    logs = { bucket_arn = "arn:aws:s3:::logs", kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1", prefix = "payments/" }
  }

  expect_failures = [var.logs]
}

run "an_unknown_mode_is_refused" {
  command = plan

  variables {
    mode = "keys"
  }

  expect_failures = [var.mode]
}

run "a_name_in_capitals_is_refused" {
  command = plan

  variables {
    name = "Airflow"
  }

  expect_failures = [var.name]
}

run "irsa_without_a_provider_is_refused" {
  command = plan

  variables {
    mode = "irsa"
  }

  expect_failures = [var.oidc]
}

run "an_issuer_that_is_no_url_is_refused" {
  command = plan

  variables {
    mode = "irsa"
    oidc = { provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc/id/ABC", issuer = "oidc/id/ABC" }
  }

  expect_failures = [var.oidc]
}

run "the_provider_of_another_issuer_is_refused" {
  command = plan

  variables {
    mode = "irsa"
    oidc = { provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc/id/XYZ", issuer = "https://oidc/id/ABC" }
  }

  expect_failures = [var.oidc]
}

run "prod_without_a_boundary_is_refused" {
  command = plan

  variables {
    permissions_boundary = null
  }

  expect_failures = [var.permissions_boundary]
}

run "a_boundary_that_is_no_policy_is_refused" {
  command = plan

  variables {
    permissions_boundary = "airflow-prod-boundary"
  }

  expect_failures = [var.permissions_boundary]
}

run "a_name_that_iam_refuses_is_refused" {
  command = plan

  variables {
    task_statements = { "read-orders" = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::orders/*"] } }
  }

  expect_failures = [var.task_statements]
}

run "the_name_of_a_statement_of_airflow_is_refused" {
  command = plan

  variables {
    task_statements = { WriteLogs = { actions = ["s3:GetObject"], resources = ["arn:aws:s3:::orders/*"] } }
  }

  expect_failures = [var.task_statements]
}

run "everything_without_a_reason_is_refused" {
  command = plan

  variables {
    task_statements = { Publish = { actions = ["sns:Publish"], resources = ["*"] } }
  }

  expect_failures = [var.task_statements]
}

run "the_right_to_change_rights_is_refused" {
  command = plan

  variables {
    task_statements = { Roles = { actions = ["iam:CreateRole"], resources = ["arn:aws:iam::111122223333:role/x"] } }
  }

  expect_failures = [var.task_statements]
}

run "a_team_with_two_dashes_is_refused" {
  command = plan

  variables {
    team = "payments--emea"
  }

  expect_failures = [var.team]
}

run "a_role_name_longer_than_64_characters_is_refused" {
  command = plan

  variables {
    team = "payments-and-settlements-of-europe"
  }

  expect_failures = [var.team]
}
