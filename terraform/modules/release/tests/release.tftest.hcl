# Resources of the module, with mocks of the providers.

mock_provider "helm" {}
mock_provider "kubernetes" {}

variables {
  chart       = "../../../charts/airflow"
  environment = "nonprod"
  last_layer  = "logs: {}"
  layers      = ["environment: nonprod", "team: payments"]
  team        = "payments"
}

run "both_namespaces_enforce_restricted_pod_security" {
  command = plan

  assert {
    condition     = output.namespaces == { release = "airflow-payments", tasks = "airflow-payments-tasks" }
    error_message = "The namespaces are ${jsonencode(output.namespaces)}."
  }
  assert {
    condition = alltrue(flatten([
      for namespace in kubernetes_namespace_v1.this : [
        for mode in ["enforce", "warn", "audit"] : [
          namespace.metadata[0].labels["pod-security.kubernetes.io/${mode}"] == "restricted",
          namespace.metadata[0].labels["pod-security.kubernetes.io/${mode}-version"] == "latest",
        ]
      ]
    ]))
    error_message = "A namespace does not enforce restricted Pod Security."
  }
  assert {
    condition = alltrue([
      for namespace in kubernetes_namespace_v1.this :
      namespace.metadata[0].labels.team == "payments" && namespace.metadata[0].labels.environment == "nonprod"
    ])
    error_message = "A namespace lacks the label of its team or environment."
  }
}

run "the_release_waits_for_pods_and_can_be_repeated" {
  command = plan

  assert {
    condition = (
      helm_release.this[0].wait
      && helm_release.this[0].wait_for_jobs
      && helm_release.this[0].timeout == 900
      && helm_release.this[0].max_history == 10
      && helm_release.this[0].cleanup_on_fail
      && helm_release.this[0].upgrade_install
      && !helm_release.this[0].create_namespace
    )
    error_message = "The release does not wait for pods and Jobs, or cannot be repeated after a failure."
  }
  assert {
    condition     = helm_release.this[0].values == tolist(["environment: nonprod", "team: payments", "logs: {}"])
    error_message = "The layers are not in their order."
  }
  assert {
    condition     = helm_release.this[0].version == yamldecode(file("../../../charts/airflow/Chart.yaml")).version
    error_message = "The version differs from Chart.yaml."
  }
  assert {
    condition     = can(regex("^chart [0-9a-f]{16}$", helm_release.this[0].description))
    error_message = "The description lacks the hash of the chart's files."
  }
}

run "both_namespaces_have_a_quota" {
  command = plan

  variables {
    quotas = { tasks = { cpu = "4", more = { "count/jobs.batch" = "20" } } }
  }

  assert {
    condition     = toset(keys(kubernetes_resource_quota_v1.this)) == toset(["release", "tasks"])
    error_message = "A namespace has no quota."
  }
  assert {
    condition = kubernetes_resource_quota_v1.this["tasks"].spec[0].hard == tomap({
      "count/jobs.batch"     = "20"
      persistentvolumeclaims = "10"
      pods                   = "250"
      "requests.cpu"         = "4"
      "requests.memory"      = "256Gi"
    })
    error_message = "The quota does not override the defaults."
  }
}

run "a_quota_can_be_disabled" {
  command = plan

  variables {
    quotas = { tasks = { enabled = false } }
  }

  assert {
    condition     = keys(kubernetes_resource_quota_v1.this) == ["release"]
    error_message = "There is a quota of the tasks, or none of the release."
  }
}

run "containers_of_tasks_have_default_requests" {
  command = plan

  variables {
    limits = { cpu = "50m", memory_limit = "2Gi" }
  }

  assert {
    condition     = kubernetes_limit_range_v1.tasks[0].metadata[0].namespace == "airflow-payments-tasks"
    error_message = "The default requests are not in the namespace of tasks."
  }
  assert {
    condition = (
      kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].type == "Container"
      && kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].default_request == tomap({ cpu = "50m", memory = "256Mi" })
      && kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].default == tomap({ memory = "2Gi" })
      && length(coalesce(kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].max, {})) == 0
    )
    error_message = "The LimitRange is ${jsonencode(kubernetes_limit_range_v1.tasks[0].spec)}."
  }
}

run "the_largest_container_is_also_the_default_limit" {
  command = plan

  variables {
    limits = { largest = { cpu = "4", memory = "16Gi" } }
  }

  assert {
    condition = (
      kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].max == tomap({ cpu = "4", memory = "16Gi" })
      && kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].default == tomap({ cpu = "4", memory = "16Gi" })
    )
    error_message = "The LimitRange is ${jsonencode(kubernetes_limit_range_v1.tasks[0].spec)}."
  }
}

run "a_default_memory_limit_may_be_below_the_largest" {
  command = plan

  variables {
    limits = { memory_limit = "1Gi", largest = { memory = "16Gi" } }
  }

  assert {
    condition = (
      kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].max == tomap({ memory = "16Gi" })
      && kubernetes_limit_range_v1.tasks[0].spec[0].limit[0].default == tomap({ memory = "1Gi" })
    )
    error_message = "The LimitRange is ${jsonencode(kubernetes_limit_range_v1.tasks[0].spec)}."
  }
}

run "default_requests_can_be_disabled" {
  command = plan

  variables {
    layers = ["tasks: {limits: [{type: Container}]}"]
    limits = { enabled = false }
  }

  assert {
    condition     = length(kubernetes_limit_range_v1.tasks) == 0
    error_message = "There is a LimitRange."
  }
}

run "config_maps_are_in_both_namespaces" {
  command = plan

  variables {
    config_maps = { example-dags = { "one.py" = "print(1)" } }
  }

  assert {
    condition = toset([
      for config_map in kubernetes_config_map_v1.this :
      "${config_map.metadata[0].namespace}/${config_map.metadata[0].name}/${join(",", keys(config_map.data))}"
      ]) == toset([
      "airflow-payments/example-dags/one.py",
      "airflow-payments-tasks/example-dags/one.py",
    ])
    error_message = "A ConfigMap is missing in a namespace."
  }
}

run "with_ci_terraform_creates_everything_but_the_release" {
  command = plan

  variables {
    config_maps = { example-dags = { "one.py" = "print(1)" } }
    deployed_by = "ci"
  }

  assert {
    condition     = length(helm_release.this) == 0
    error_message = "Terraform creates a release that CI owns."
  }
  assert {
    condition     = length(kubernetes_namespace_v1.this) == 2 && length(kubernetes_resource_quota_v1.this) == 2 && length(kubernetes_config_map_v1.this) == 2
    error_message = "A namespace, quota or ConfigMap is missing."
  }
}

run "with_ci_the_last_layer_is_in_a_config_map" {
  command = plan
  variables { deployed_by = "ci" }
  assert {
    condition     = kubernetes_config_map_v1.last_layer.data == tomap({ "values.yaml" = "logs: {}" })
    error_message = "The ConfigMap holds ${jsonencode(kubernetes_config_map_v1.last_layer.data)}."
  }
}

run "a_secret_is_written_with_its_revision" {
  command = plan
  variables {
    secret_revisions = { airflow-jwt-secret = 7 }
    secrets          = { airflow-jwt-secret = { jwt-secret = "hidden" } }
  }
  assert {
    condition     = { for name, secret in kubernetes_secret_v1.this : name => "${secret.metadata[0].namespace} ${secret.data_wo_revision}" } == { airflow-jwt-secret = "airflow-payments 7" }
    error_message = "The Secret is ${jsonencode(kubernetes_secret_v1.this)}."
  }
}
