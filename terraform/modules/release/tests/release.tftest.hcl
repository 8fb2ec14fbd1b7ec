# What the module makes, and what it refuses; no cluster, no provider that acts.

mock_provider "helm" {}
mock_provider "kubernetes" {}

variables {
  chart       = "../../../charts/airflow"
  environment = "nonprod"
  last_layer  = "logs: {}"
  layers      = ["environment: nonprod", "team: payments"]
  team        = "payments"
}

run "a_release_has_two_namespaces_that_admit_restricted_pods_only" {
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
    error_message = "A namespace is without restricted Pod Security."
  }
  assert {
    condition = alltrue([
      for namespace in kubernetes_namespace_v1.this :
      namespace.metadata[0].labels.team == "payments" && namespace.metadata[0].labels.environment == "nonprod"
    ])
    error_message = "A namespace does not say whose it is."
  }
}

run "the_release_waits_for_all_and_can_be_taken_up_again" {
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
    error_message = "The release does not wait, or forgets how to go on."
  }
  assert {
    condition     = helm_release.this[0].values == tolist(["environment: nonprod", "team: payments", "logs: {}"])
    error_message = "The layers are not passed in their order."
  }
  assert {
    condition     = helm_release.this[0].version == yamldecode(file("../../../charts/airflow/Chart.yaml")).version
    error_message = "The version is not that of the chart."
  }
  assert {
    condition     = can(regex("^chart [0-9a-f]{16}$", helm_release.this[0].description))
    error_message = "The description does not carry the hash of the chart's files."
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
    error_message = "The quota is not what was asked for, over the defaults."
  }
}

run "a_quota_can_be_left_out" {
  command = plan

  variables {
    quotas = { tasks = { enabled = false } }
  }

  assert {
    condition     = keys(kubernetes_resource_quota_v1.this) == ["release"]
    error_message = "Leaving out the quota of the tasks did not do just that."
  }
}

run "config_maps_reach_both_namespaces" {
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
    error_message = "The ConfigMap is not in both namespaces."
  }
}

run "ci_owns_the_release_and_terraform_what_it_needs" {
  command = plan

  variables {
    config_maps = { example-dags = { "one.py" = "print(1)" } }
    deployed_by = "ci"
  }

  assert {
    condition     = length(helm_release.this) == 0
    error_message = "There are two owners of the release."
  }
  assert {
    condition     = length(kubernetes_namespace_v1.this) == 2 && length(kubernetes_resource_quota_v1.this) == 2 && length(kubernetes_config_map_v1.this) == 2
    error_message = "CI does not find what the release needs."
  }
}

run "ci_finds_the_last_layer_in_the_cluster" {
  command = plan
  variables { deployed_by = "ci" }
  assert {
    condition     = kubernetes_config_map_v1.last_layer.data == tomap({ "values.yaml" = "logs: {}" })
    error_message = "The ConfigMap holds ${jsonencode(kubernetes_config_map_v1.last_layer.data)}."
  }
}

run "a_secret_is_written_and_kept_nowhere_else" {
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
