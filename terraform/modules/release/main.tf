# One team's Airflow: its two namespaces with quotas, default requests and ConfigMaps, and the Helm release.

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
  labels = {
    "app.kubernetes.io/managed-by" = "terraform"
    "app.kubernetes.io/part-of"    = var.name
    environment                    = var.environment
    team                           = var.team
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

resource "kubernetes_resource_quota_v1" "this" {
  for_each = local.quotas

  metadata {
    name      = var.name
    namespace = kubernetes_namespace_v1.this[each.key].metadata[0].name
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
    namespace = kubernetes_namespace_v1.this["tasks"].metadata[0].name
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
    namespace = kubernetes_namespace_v1.this[each.value.kind].metadata[0].name
    labels    = local.labels
  }

  data = each.value.files
}

# The last layer of values, for CI: `python -m scripts deploy` reads it from this ConfigMap.
resource "kubernetes_config_map_v1" "last_layer" {
  metadata {
    name      = "${var.name}-terraform"
    namespace = kubernetes_namespace_v1.this["release"].metadata[0].name
    labels    = local.labels
  }

  data = { "values.yaml" = var.last_layer }
}

# Write-only: the values are not in a plan or in the state. A new revision writes them again.
resource "kubernetes_secret_v1" "this" {
  for_each = var.secret_revisions

  metadata {
    name      = each.key
    namespace = kubernetes_namespace_v1.this["release"].metadata[0].name
    labels    = local.labels
  }

  type             = "Opaque"
  data_wo          = var.secrets[each.key]
  data_wo_revision = each.value
}

resource "helm_release" "this" {
  count = var.deployed_by == "terraform" ? 1 : 0

  name        = var.name
  namespace   = kubernetes_namespace_v1.this["release"].metadata[0].name
  chart       = var.chart
  version     = local.chart_version
  description = "chart ${local.chart_hash}"
  values      = concat(var.layers, [var.last_layer])

  # Continues after an interrupted apply, and adopts a release that CI installed.
  upgrade_install  = true
  create_namespace = false
  cleanup_on_fail  = true
  max_history      = 10
  timeout          = var.timeout_seconds
  wait             = true
  wait_for_jobs    = true

  # Pods count against the quotas and mount the ConfigMaps; task pods start in the other namespace.
  depends_on = [
    kubernetes_config_map_v1.this,
    kubernetes_limit_range_v1.tasks,
    kubernetes_namespace_v1.this,
    kubernetes_resource_quota_v1.this,
    kubernetes_secret_v1.this,
  ]
}
