variables {
  arns = {
    all = [
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/connections/search--lake-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/database-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/fernet-key-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/fernet-keys/2-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/jwt-secret-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/metadata-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/finance/fernet-key-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/leftover/jwt-secret-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/production/moon/fernet-key-AbCdEf",
    ]
    retiring = [
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/finance/fernet-key-AbCdEf",
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/prod/search/jwt-secret-AbCdEf",
    ]
  }
  environment         = "prod"
  has_database        = true
  returning           = ["search"]
  stores_database_url = true

  teams = {
    search = {
      connections = { lake = { revision = 1 }, other = {} }
      revisions   = { fernet_key = ["3", "2"] }
    }
  }
}

run "a_team_exists_as_long_as_its_fernet_key_does" {
  command = plan

  assert {
    condition     = output.teams == toset(["finance", "search"])
    error_message = "Another team exists, or one of another environment."
  }
  assert {
    condition     = output.retiring == toset(["finance"])
    error_message = "A team is retiring without a mark at its Fernet key."
  }
  assert {
    condition     = output.fernet_keys.search == tolist(["2"]) && length(output.fernet_keys.finance) == 0
    error_message = "A team has other Fernet keys."
  }
}

run "a_returning_team_gets_the_secrets_that_it_had_and_has" {
  command = plan

  assert {
    condition = toset(output.kept) == toset([
      "airflow/prod/connections/search--lake", "airflow/prod/search/database", "airflow/prod/search/fernet-key",
      "airflow/prod/search/fernet-keys/2", "airflow/prod/search/jwt-secret", "airflow/prod/search/metadata",
    ])
    error_message = "Other secrets are taken over."
  }
  assert {
    condition = {
      for kind, found in output.adopted : kind => [for one in values(found) : one.key]
      } == {
      fernet_keys = ["2"], lookups = ["connections/lake"], passwords = [""], secrets = ["fernet-key", "jwt-secret", "metadata"]
    }
    error_message = "A secret has another place in the modules."
  }
}

run "nothing_is_taken_over_of_a_team_that_does_not_return" {
  command = plan

  variables { returning = [] }
  assert {
    condition     = length(output.kept) == 0
    error_message = "A secret of a team that stays is taken over."
  }
}

run "a_secret_that_the_configuration_does_not_have_is_not_taken_over" {
  command = plan

  variables {
    has_database        = false
    stores_database_url = false
  }
  assert {
    condition     = length(output.adopted.passwords) == 0 && keys(output.adopted.secrets) == ["airflow/prod/search/fernet-key", "airflow/prod/search/jwt-secret"]
    error_message = "An import would have no resource."
  }
}
