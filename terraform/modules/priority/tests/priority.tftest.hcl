# The resource of the module, with a mock of the provider.

mock_provider "kubernetes" {}

variables {
  environment = "nonprod"
}

run "the_name_contains_the_environment" {
  command = plan

  assert {
    condition     = output.name == "airflow-nonprod-components"
    error_message = "The class is ${output.name}."
  }
}

run "components_come_before_pods_without_a_class_and_evict_none" {
  command = plan

  assert {
    condition     = kubernetes_priority_class_v1.components.value > 0
    error_message = "Pods without a class have the priority 0."
  }
  assert {
    condition     = kubernetes_priority_class_v1.components.preemption_policy == "Never"
    error_message = "Components must not evict running tasks."
  }
  assert {
    condition     = !coalesce(kubernetes_priority_class_v1.components.global_default, false)
    error_message = "Pods without a class must not get this one."
  }
}
