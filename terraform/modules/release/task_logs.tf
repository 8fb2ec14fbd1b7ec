# One share for the logs of tasks. A claim serves one namespace, so each namespace has a claim of the same name and a
# PersistentVolume of its own, and both volumes lead to the same share.

locals {
  log_claims = var.task_logs == null ? {} : local.namespaces
  log_claim  = "${var.name}-task-logs"

  # Both sides must name the same class, or they are not bound. The class does not exist, so that nothing is
  # provisioned; the provider cannot send an empty name, which Kubernetes would replace by the default class.
  log_class = "static"

  # Kubernetes requires a size, but neither a folder nor a share enforces it.
  log_size = "1Gi"

  # The last layer of values, with the claims. Each release has a folder of its own: kubelet creates it with the
  # mode of the share's root.
  _last        = yamldecode(var.last_layer)
  _logs        = try(merge(local._last.logs, {}), {})
  _persistence = { enabled = true, existingClaim = local.log_claim, subPath = local.namespaces.release }
  last_layer = var.task_logs == null ? var.last_layer : yamlencode(merge(local._last, {
    logs = merge(local._logs, { persistence = merge(try(local._logs.persistence, {}), local._persistence) })
  }))
}

resource "kubernetes_persistent_volume_v1" "task_logs" {
  for_each = local.log_claims

  metadata {
    name   = "${each.value}-logs"
    labels = local.labels
  }

  spec {
    access_modes                     = ["ReadWriteMany"]
    capacity                         = { storage = local.log_size }
    persistent_volume_reclaim_policy = "Retain"
    storage_class_name               = local.log_class

    # No other claim can take the volume.
    claim_ref {
      name      = local.log_claim
      namespace = local.ready[each.key]
    }

    persistent_volume_source {
      dynamic "csi" {
        for_each = var.task_logs.csi[*]
        content {
          driver            = csi.value.driver
          volume_attributes = csi.value.volumeAttributes
          volume_handle     = csi.value.volumeHandle
        }
      }
      dynamic "host_path" {
        for_each = var.task_logs.hostPath[*]
        content {
          path = host_path.value
          type = "Directory"
        }
      }
    }
  }
}

resource "kubernetes_persistent_volume_claim_v1" "task_logs" {
  for_each = local.log_claims

  metadata {
    name      = local.log_claim
    namespace = local.ready[each.key]
    labels    = local.labels
  }

  spec {
    access_modes       = ["ReadWriteMany"]
    storage_class_name = local.log_class
    volume_name        = kubernetes_persistent_volume_v1.task_logs[each.key].metadata[0].name

    resources {
      requests = { storage = local.log_size }
    }
  }

  # The claim's quota must exist first.
  depends_on = [kubernetes_resource_quota_v1.this]
}
