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

run "without_a_share_there_is_no_volume_and_the_last_layer_is_unchanged" {
  command = plan

  assert {
    condition     = length(kubernetes_persistent_volume_v1.task_logs) == 0 && length(kubernetes_persistent_volume_claim_v1.task_logs) == 0
    error_message = "A volume is created without `task_logs`."
  }
  assert {
    condition     = helm_release.this[0].values[2] == "logs: {}"
    error_message = "The last layer is ${helm_release.this[0].values[2]}."
  }
}

run "both_namespaces_mount_one_folder_of_the_node" {
  command = plan
  variables {
    last_layer = "logs: {persistence: {annotations: {a: b}}, emptyDirConfig: {sizeLimit: 1Gi}}"
    task_logs  = { hostPath = "/var/tmp" }
  }

  assert {
    condition = {
      for kind, volume in kubernetes_persistent_volume_v1.task_logs :
      volume.metadata[0].name => volume.spec[0].persistent_volume_source[0].host_path[0].path
    } == { airflow-payments-logs = "/var/tmp", airflow-payments-tasks-logs = "/var/tmp" }
    error_message = "The volumes do not lead to the same folder."
  }
  assert {
    condition = {
      for kind, claim in kubernetes_persistent_volume_claim_v1.task_logs :
      "${claim.metadata[0].namespace}/${claim.metadata[0].name}" => claim.spec[0].volume_name
      } == {
      "airflow-payments/airflow-task-logs"       = "airflow-payments-logs"
      "airflow-payments-tasks/airflow-task-logs" = "airflow-payments-tasks-logs"
    }
    error_message = "A namespace has no claim, or a claim of another volume."
  }
  assert {
    condition = alltrue([
      for kind, claim in kubernetes_persistent_volume_claim_v1.task_logs :
      claim.spec[0].storage_class_name != ""
      && claim.spec[0].storage_class_name == kubernetes_persistent_volume_v1.task_logs[kind].spec[0].storage_class_name
      && claim.metadata[0].namespace == kubernetes_persistent_volume_v1.task_logs[kind].spec[0].claim_ref[0].namespace
      && claim.metadata[0].name == kubernetes_persistent_volume_v1.task_logs[kind].spec[0].claim_ref[0].name
    ])
    error_message = "A claim and its volume do not name each other, or have no class or different ones."
  }
  assert {
    condition = alltrue([
      for volume in kubernetes_persistent_volume_v1.task_logs :
      volume.spec[0].persistent_volume_reclaim_policy == "Retain" && volume.spec[0].access_modes == toset(["ReadWriteMany"])
    ])
    error_message = "A volume is not kept, or not for many pods."
  }
  assert {
    condition = yamldecode(helm_release.this[0].values[2]).logs == {
      emptyDirConfig = { sizeLimit = "1Gi" }
      persistence = {
        annotations   = { a = "b" }
        enabled       = true
        existingClaim = "airflow-task-logs"
        subPath       = "airflow-payments"
      }
    }
    error_message = "The last layer does not mount the claims: ${helm_release.this[0].values[2]}"
  }
}

run "both_namespaces_mount_one_share_of_a_csi_driver" {
  command = plan
  variables {
    deployed_by = "ci"
    task_logs = {
      csi = {
        driver           = "efs.csi.aws.com"
        volumeAttributes = { encryptInTransit = "true" }
        volumeHandle     = "fs-1::fsap-1"
      }
    }
  }

  assert {
    condition = [
      for volume in kubernetes_persistent_volume_v1.task_logs : [
        volume.spec[0].persistent_volume_source[0].csi[0].driver,
        volume.spec[0].persistent_volume_source[0].csi[0].volume_handle,
        volume.spec[0].persistent_volume_source[0].csi[0].volume_attributes.encryptInTransit,
      ]
    ] == [["efs.csi.aws.com", "fs-1::fsap-1", "true"], ["efs.csi.aws.com", "fs-1::fsap-1", "true"]]
    error_message = "The volumes do not lead to the same share."
  }
  assert {
    condition     = yamldecode(kubernetes_config_map_v1.last_layer.data["values.yaml"]).logs.persistence.existingClaim == "airflow-task-logs"
    error_message = "CI does not get the name of the claims."
  }
}

run "ci_has_its_rights_in_the_two_namespaces" {
  command = plan

  variables {
    ci_group   = "airflow-prod-ci"
    plan_group = "airflow-prod-plan"
  }

  assert {
    condition = alltrue([
      for kind, binding in kubernetes_role_binding_v1.ci : binding.role_ref[0].name == "airflow-prod-ci-team"
      && binding.subject[0].kind == "Group" && binding.subject[0].name == "airflow-prod-ci"
      && binding.metadata[0].namespace == local.namespaces[kind]
    ]) && length(kubernetes_role_binding_v1.ci) == 2
    error_message = "CI lacks its rights in a namespace, or has others."
  }
  assert {
    condition = alltrue([
      for kind, binding in kubernetes_role_binding_v1.plan : binding.role_ref[0].name == "airflow-prod-plan-team"
      && binding.subject[0].name == "airflow-prod-plan" && binding.metadata[0].namespace == local.namespaces[kind]
    ]) && length(kubernetes_role_binding_v1.plan) == 2
    error_message = "The check for drift cannot read a namespace, or has other rights."
  }
}

run "without_ci_no_group_gets_rights" {
  command = plan

  assert {
    condition     = length(kubernetes_role_binding_v1.ci) + length(kubernetes_role_binding_v1.plan) == 0
    error_message = "Rights are given to a group that does not exist."
  }
}

run "the_namespaces_name_who_pays" {
  command = plan

  variables { cost_center = "cc-42" }
  assert {
    condition     = alltrue([for namespace in kubernetes_namespace_v1.this : namespace.metadata[0].labels["cost-center"] == "cc-42"])
    error_message = "A namespace lacks the cost centre of its team."
  }
}
