# Files that are taken, and files that are refused before anything is planned from them.

variables {
  environment = "prod"
  folder      = "./tests/folders/good"
}

run "the_layers_of_a_team_are_the_environment_then_its_own_file" {
  command = plan

  assert {
    condition = output.layers == { finance = [
      file("./tests/folders/good/values.yaml"), file("./tests/folders/good/teams/finance.yaml")
    ] }
    error_message = "Another order of layers: ${jsonencode(output.layers)}."
  }
  assert {
    condition     = output.teams == tolist(["finance"]) && output.values.finance.scheduler.replicas == 3
    error_message = "The teams or their values are others: ${jsonencode(output.values)}."
  }
}

run "a_key_that_the_platform_sets_is_refused" {
  command = plan
  variables { folder = "./tests/folders/wrong" }
  expect_failures = [output.layers]
}

run "a_misspelt_fact_is_refused" {
  command = plan
  variables { folder = "./tests/folders/misspelt" }
  expect_failures = [output.layers]
}

run "a_team_that_calls_itself_by_another_name_is_refused" {
  command = plan
  variables { folder = "./tests/folders/other" }
  expect_failures = [output.layers]
}

run "a_folder_without_facts_is_refused" {
  command = plan
  variables { folder = "./tests" }
  expect_failures = [var.folder]
}

run "a_folder_without_teams_is_refused" {
  command = plan
  variables { folder = "./tests/folders/empty" }
  expect_failures = [var.folder]
}

run "a_team_with_two_dashes_is_refused" {
  command = plan
  variables { folder = "./tests/folders/dashes" }
  expect_failures = [var.folder]
}

run "values_of_another_environment_are_refused" {
  command = plan
  variables { environment = "nonprod" }
  expect_failures = [var.folder]
}
