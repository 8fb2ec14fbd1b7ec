# One team's Airflow: its two namespaces with quotas, default requests and ConfigMaps, and the Helm release.
# task_logs.tf has its volumes.

locals {
  namespaces = {
    release = "${var.name}-${var.team}"
    tasks   = "${var.name}-${var.team}-tasks"
  }

  # Labels of the namespace enforce Pod Security, so that a workload cannot opt out.
  _pod_security = merge([
    for mode in ["enforce", "warn", "audit"] : {
      "pod-security.kubernetes.io/${mode}"         = "restricted"
      "pod-security.kubernetes.io/${mode}-version" = "latest"
    }
  ]...)
  labels = merge({ for value in var.cost_center[*] : "cost-center" => value }, {
    "app.kubernetes.io/managed-by" = "terraform"
    "app.kubernetes.io/part-of"    = var.name
    environment                    = var.environment
    team                           = var.team
  })

  # Namespaces in which the caller has its rights.
  ready = {
    for kind, namespace in kubernetes_namespace_v1.this :
    kind => var.ci_group == null ? namespace.metadata[0].name : kubernetes_role_binding_v1.ci[kind].metadata[0].namespace
  }

  config_maps = merge([
    for kind in keys(local.namespaces) : {
      for name, files in var.config_maps : "${kind}/${name}" => {
        kind  = kind
        name  = name
        files = files
      }
    }
  ]...)

  quotas = {
    for kind, quota in var.quotas : kind => merge(
      {
        persistentvolumeclaims = tostring(quota.volume_claims)
        pods                   = tostring(quota.pods)
        "requests.cpu"         = quota.cpu
        "requests.memory"      = quota.memory
      },
      quota.more,
    ) if quota.enabled
  }

  # Every resource with a maximum has a default limit: the API server would add one, which a plan would remove.
  _largest        = { for name, amount in var.limits.largest : name => amount if amount != null }
  _default_memory = { for amount in [var.limits.memory_limit] : "memory" => amount if amount != null }
  default_limits  = merge(local._largest, local._default_memory)

  # The provider compares only versions, so it would miss an edit of the chart without a new version. A hash
  # of its files in the release's description makes the edit a change.
  _chart_files  = { for file in fileset(var.chart, "**") : file => filesha256("${var.chart}/${file}") }
  chart_hash    = substr(sha256(jsonencode(local._chart_files)), 0, 16)
  chart_version = yamldecode(file("${var.chart}/Chart.yaml")).version
}

resource "kubernetes_namespace_v1" "this" {
  for_each = local.namespaces

  metadata {
    name   = each.value
    labels = merge(local.labels, local._pod_security)
  }
}

# CI has its rights in these namespaces only; terraform/bootstrap makes the ClusterRole.
resource "kubernetes_role_binding_v1" "ci" {
  for_each = var.ci_group == null ? {} : local.namespaces

  metadata {
    name      = var.ci_group
    namespace = kubernetes_namespace_v1.this[each.key].metadata[0].name
    labels    = local.labels
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "${var.ci_group}-team"
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = var.ci_group
  }
}

# The check for drift reads there, and compares objects by dry runs.
resource "kubernetes_role_binding_v1" "plan" {
  for_each = var.plan_group == null ? {} : local.namespaces

  metadata {
    name      = var.plan_group
    namespace = kubernetes_namespace_v1.this[each.key].metadata[0].name
    labels    = local.labels
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "${var.plan_group}-team"
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = var.plan_group
  }
}

resource "kubernetes_resource_quota_v1" "this" {
  for_each = local.quotas

  metadata {
    name      = var.name
    namespace = local.ready[each.key]
    labels    = local.labels
  }

  spec {
    hard = each.value
  }
}

# For launched pods and a pod_override without requests, which the quota would refuse. The maximum is of a container,
# not of a pod: a maximum of pods would refuse every pod that has a container without a CPU limit.
resource "kubernetes_limit_range_v1" "tasks" {
  count = var.limits.enabled ? 1 : 0

  metadata {
    name      = var.name
    namespace = local.ready["tasks"]
    labels    = local.labels
  }

  spec {
    limit {
      type            = "Container"
      default         = local.default_limits
      default_request = { cpu = var.limits.cpu, memory = var.limits.memory }
      max             = local._largest
    }
  }
}

resource "kubernetes_config_map_v1" "this" {
  for_each = local.config_maps

  metadata {
    name      = each.value.name
    namespace = local.ready[each.value.kind]
    labels    = local.labels
  }

  data = each.value.files
}

# The last layer of values, for CI: `python -m scripts deploy` reads it from this ConfigMap.
resource "kubernetes_config_map_v1" "last_layer" {
  metadata {
    name      = "${var.name}-terraform"
    namespace = local.ready["release"]
    labels    = local.labels
  }

  data = { "values.yaml" = local.last_layer }
}

# Write-only: the values are not in a plan or in the state. A new revision writes them again.
resource "kubernetes_secret_v1" "this" {
  for_each = var.secret_revisions

  metadata {
    name      = each.key
    namespace = local.ready["release"]
    labels    = local.labels
  }

  type             = "Opaque"
  data_wo          = var.secrets[each.key]
  data_wo_revision = each.value
}

resource "helm_release" "this" {
  count = var.deployed_by == "terraform" ? 1 : 0

  name        = var.name
  namespace   = local.ready["release"]
  chart       = var.chart
  version     = local.chart_version
  description = "chart ${local.chart_hash}"
  values      = concat(var.layers, [local.last_layer])

  # Continues after an interrupted apply, and adopts a release that CI installed.
  upgrade_install  = true
  create_namespace = false
  cleanup_on_fail  = true
  max_history      = 10
  timeout          = var.timeout_seconds
  wait             = true
  wait_for_jobs    = true

  # Pods count against the quotas and mount the ConfigMaps and claims; task pods start in the other namespace.
  depends_on = [
    kubernetes_config_map_v1.this,
    kubernetes_limit_range_v1.tasks,
    kubernetes_namespace_v1.this,
    kubernetes_persistent_volume_claim_v1.task_logs,
    kubernetes_resource_quota_v1.this,
    kubernetes_secret_v1.this,
  ]
}
