# The release of the module, with a mock of the provider.

mock_provider "helm" {}

variables {
  environment = "nonprod"
  folder      = "./tests/environment"
  classes = {
    gpu   = { nodeSelector = { pool = "gpu" } }
    spark = { tolerations = [{ key = "spark", operator = "Exists", effect = "NoSchedule" }], requests = { memory = "2Gi" } }
  }
  team_classes = { finance = ["spark"] }
}

run "the_table_of_teams_comes_from_the_files_of_the_environment" {
  command = plan

  assert {
    condition = jsonencode(output.teams) == jsonencode({
      finance = { namespaces = ["airflow-finance", "airflow-finance-tasks"], costCenters = ["4711"], classes = ["spark"] }
      search  = { namespaces = ["airflow-search", "airflow-search-tasks"], costCenters = ["search"], classes = [] }
    })
    error_message = "Another table: ${jsonencode(output.teams)}."
  }
}

run "the_release_has_the_table_and_judges_the_namespaces_of_its_environment" {
  command = plan

  assert {
    condition     = yamldecode(helm_release.this.values[0]).classes.spark.requests.memory == "2Gi"
    error_message = "The classes are others: ${helm_release.this.values[0]}."
  }
  assert {
    condition     = yamldecode(helm_release.this.values[0]).namespaceLabel == { key = "environment", value = "nonprod" }
    error_message = "Other namespaces: ${helm_release.this.values[0]}."
  }
  assert {
    condition     = helm_release.this.name == "airflow-nonprod" && helm_release.this.wait
    error_message = "The release is ${helm_release.this.name}; two environments of one cluster need two."
  }
}

run "a_team_without_a_cost_center_is_refused" {
  command = plan
  variables { folder = "./tests/unpaid" }
  expect_failures = [helm_release.this]
}

run "classes_of_an_unknown_team_are_refused" {
  command = plan
  variables { team_classes = { ops = ["spark"] } }
  expect_failures = [helm_release.this]
}
