# Roles and associations. Python tests the meaning of the policies and the refusals.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
}

variables {
  cluster              = { name = "apps", account = "111122223333", region = "eu-central-1" }
  environment          = "prod"
  permissions_boundary = "arn:aws:iam::111122223333:policy/airflow/prod/airflow-prod-boundary"
  team                 = "payments"
  logs = {
    bucket_arn  = "arn:aws:s3:::airflow-prod-logs-111122223333"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  }
}

run "a_component_without_permissions_has_no_role" {
  assert {
    condition     = toset(keys(output.roles)) == toset(["api-server", "triggerer", "worker"])
    error_message = "Roles: ${join(", ", keys(output.roles))}."
  }
  assert {
    condition     = output.service_accounts == {}
    error_message = "A ServiceAccount has an annotation, which Pod Identity does not need."
  }
  assert {
    condition     = toset(keys(output.associations)) == toset(keys(output.roles))
    error_message = "Roles and associations differ."
  }
}

run "a_role_has_its_team_in_its_name_the_environment_in_its_path_and_a_boundary" {
  assert {
    condition = alltrue([
      for component, role in aws_iam_role.this : (
        role.name == "airflow-prod-payments-${component}"
        && role.path == "/airflow/prod/"
        && role.permissions_boundary == var.permissions_boundary
        && role.tags.team == "payments"
      )
    ])
    error_message = "A role has another name, path, boundary or tag."
  }
  assert {
    condition = (
      aws_eks_pod_identity_association.this["worker"].namespace == "airflow-payments-tasks"
      && aws_eks_pod_identity_association.this["worker"].service_account == "airflow-worker"
      && aws_eks_pod_identity_association.this["triggerer"].namespace == "airflow-payments"
    )
    error_message = "An association has another namespace or ServiceAccount than the chart."
  }
}

run "irsa_annotates_service_accounts_instead_of_associating_them" {
  variables {
    mode = "irsa"
    oidc = {
      provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc-eks.eu-central-1.api.aws/id/ABC"
      issuer       = "https://oidc-eks.eu-central-1.api.aws/id/ABC"
    }
  }

  assert {
    condition     = output.associations == {}
    error_message = "There is a Pod Identity association with IRSA."
  }
  assert {
    condition = output.service_accounts == {
      for key, component in { apiServer = "api-server", triggerer = "triggerer", workers = "worker" } : key => {
        serviceAccount                  = { annotations = { "eks.amazonaws.com/role-arn" = output.roles[component].arn } }
      }
    }
    error_message = "Annotations: ${jsonencode(output.service_accounts)}."
  }
}

run "custom_namespaces_are_used" {
  variables {
    namespaces = { release = "orchestration", tasks = "jobs" }
  }

  assert {
    condition = (
      aws_eks_pod_identity_association.this["worker"].namespace == "jobs"
      && aws_eks_pod_identity_association.this["triggerer"].namespace == "orchestration"
    )
    error_message = "An association has the default namespace."
  }
}
