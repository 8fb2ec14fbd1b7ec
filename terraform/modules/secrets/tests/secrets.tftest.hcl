# Resources and values of the module. Mocks do not support ephemeral resources, so this is the real provider,
# which tests/terraform/amazon.py connects to moto.

provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  environment          = "nonprod"
  kms_key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/one"
  lookup_values        = {}
  recovery_window_days = 0
  team                 = "payments"
}

run "a_database_password_exists" {
  module { source = "./tests/password" }
}

run "every_secret_has_a_value_and_a_name" {
  variables {
    connections   = { warehouse = { revision = 1 }, by_hand = {} }
    database      = run.a_database_password_exists.connection
    lookup_values = { "connections/warehouse" = "postgresql://warehouse", "variables/limit" = "7" }
    variables     = { limit = { revision = 1 } }
  }

  assert {
    condition = output.names == {
      api-secret-key = "airflow/nonprod/payments/api-secret-key"
      fernet-key     = "airflow/nonprod/payments/fernet-key"
      jwt-secret     = "airflow/nonprod/payments/jwt-secret"
      metadata       = "airflow/nonprod/payments/metadata"
    }
    error_message = jsonencode(output.names)
  }
  assert {
    condition = output.lookups == {
      "connections/by_hand"   = "airflow/nonprod/connections/payments--by_hand"
      "connections/warehouse" = "airflow/nonprod/connections/payments--warehouse"
      "variables/limit"       = "airflow/nonprod/variables/payments--limit"
    }
    error_message = jsonencode(output.lookups)
  }
  assert {
    condition     = alltrue([for secret in concat(values(aws_secretsmanager_secret.this), values(aws_secretsmanager_secret.lookups), values(aws_secretsmanager_secret.fernet)) : secret.kms_key_id == var.kms_key_arn])
    error_message = "A secret has another KMS key."
  }
  assert {
    condition = output.values.externalSecrets == {
      enabled         = true
      refreshInterval = "1h"
      secrets         = { for row, name in output.names : row => { key = name } }
      storeRef        = { kind = "ClusterSecretStore", name = "aws-secrets-manager" }
    }
    error_message = jsonencode(output.values)
  }
  assert {
    condition     = keys(output.values.secretRevisions) == ["api-secret-key", "fernet-key", "jwt-secret", "metadata"] && output.revisions["fernet-key"] == "1"
    error_message = jsonencode(output.values)
  }
  assert {
    condition     = length(output.data) == 0
    error_message = "Both Terraform and the operator would write the Secrets."
  }
}

run "values_have_the_formats_that_airflow_requires" {
  module { source = "./tests/reader" }

  variables {
    names = merge(run.every_secret_has_a_value_and_a_name.names, {
      first     = "airflow/nonprod/payments/fernet-keys/1"
      limit     = "airflow/nonprod/variables/payments--limit"
      warehouse = "airflow/nonprod/connections/payments--warehouse"
    })
  }

  assert {
    condition     = can(regex("^[A-Za-z0-9_-]{43}=$", output.texts["fernet-key"])) && output.texts["fernet-key"] == output.texts.first
    error_message = "The Fernet key is not 32 bytes in base64."
  }
  assert {
    # Decoding and encoding must give the same text: two bits of the last character are unused and must be 0.
    condition     = can(regex("[AEIMQUYcgkosw048]=$", output.texts["fernet-key"]))
    error_message = "The Fernet key is not in canonical base64."
  }
  assert {
    condition     = alltrue([for row in ["api-secret-key", "jwt-secret"] : can(regex("^[A-Za-z0-9]{64}$", output.texts[row]))]) && output.texts["api-secret-key"] != output.texts["jwt-secret"]
    error_message = "A token is too short, or two tokens are equal."
  }
  assert {
    condition     = output.texts.metadata == "postgresql+psycopg2://airflow:p%40ss@db.example.com:5432/airflow?sslmode=require"
    error_message = "The URL of the database is ${output.texts.metadata}."
  }
  assert {
    condition     = output.texts.warehouse == "postgresql://warehouse" && output.texts.limit == "7"
    error_message = "A value of `lookup_values` is missing."
  }
}

run "a_second_apply_keeps_every_value" {
  variables {
    connections = { warehouse = { revision = 1 }, by_hand = {} }
    database    = run.a_database_password_exists.connection
    variables   = { limit = { revision = 1 } }
  }

  assert {
    condition     = output.versions == run.every_secret_has_a_value_and_a_name.versions
    error_message = "An apply without a new revision changed a value."
  }
}

run "a_new_revision_changes_only_its_value_and_restarts_readers" {
  variables {
    database  = run.a_database_password_exists.connection
    delivery  = "data_wo"
    revisions = { fernet_key = ["2", "1"], jwt_secret = 2 }
  }

  assert {
    condition     = { for row, version in output.versions : row => version == run.every_secret_has_a_value_and_a_name.versions[row] } == { api-secret-key = true, fernet-key = false, jwt-secret = false, metadata = true }
    error_message = "The values that changed are not those with a new revision."
  }
  assert {
    condition     = output.revisions["fernet-key"] == "2-1" && output.revisions["jwt-secret"] == "2"
    error_message = "The revisions of the readers are the old ones."
  }
  assert {
    condition = merge(output.values, { secretRevisions = null }) == {
      apiSecretKeySecretName = "airflow-api-secret-key"
      data                   = { metadataSecretName = "airflow-metadata" }
      externalSecrets        = { enabled = false }
      fernetKeySecretName    = "airflow-fernet-key"
      jwtSecretName          = "airflow-jwt-secret"
      secretsStore           = { enabled = false }
      secretRevisions        = null
    }
    error_message = jsonencode(output.values)
  }
  assert {
    condition     = { for name, one in output.data : name => one.revision } == { for row, version in output.versions : "airflow-${row}" => parseint(substr(sha256(version), 0, 7), 16) + 1 }
    error_message = "The revision of a Secret does not depend on its value."
  }
}

run "airflow_reads_the_new_fernet_key_before_the_old" {
  module { source = "./tests/reader" }

  variables {
    names = {
      both = "airflow/nonprod/payments/fernet-key"
      new  = "airflow/nonprod/payments/fernet-keys/2"
      old  = "airflow/nonprod/payments/fernet-keys/1"
    }
  }

  assert {
    condition     = output.texts.both == "${output.texts.new},${output.texts.old}" && output.texts.new != output.texts.old
    error_message = "The secret does not contain both keys, newest first."
  }
  assert {
    condition     = output.texts.old == run.values_have_the_formats_that_airflow_requires.texts["fernet-key"]
    error_message = "The old key changed."
  }
}

run "a_removed_fernet_key_is_deleted_and_csi_delivers" {
  variables {
    csi       = { parameters = { usePodIdentity = "true" } }
    delivery  = "csi"
    revisions = { fernet_key = ["2"], jwt_secret = 2 }
  }

  assert {
    condition     = keys(aws_secretsmanager_secret.fernet) == ["2"] && keys(output.names) == ["api-secret-key", "fernet-key", "jwt-secret"]
    error_message = "There is a secret of a removed key or of a removed database."
  }
  assert {
    condition     = jsonencode(output.values.secretsStore) == jsonencode({ enabled = true, parameters = { usePodIdentity = "true" }, secrets = { for row, name in output.names : row => { key = name } } })
    error_message = jsonencode(output.values)
  }
}
