# How the values get into the cluster: by the External Secrets Operator or the CSI driver, which the chart
# asks, or by Terraform itself, which reads them back from Secrets Manager.

locals {
  remote = { for row in keys(local.keys) : row => { key = aws_secretsmanager_secret.this[row].name } }

  deliveries = {
    csi = {
      secretsStore = {
        enabled    = true
        parameters = var.csi.parameters
        secrets    = local.remote
      }
    }
    data_wo = merge(
      {
        for row, value in {
          api-secret-key = "apiSecretKeySecretName"
          fernet-key     = "fernetKeySecretName"
          jwt-secret     = "jwtSecretName"
        } : value => kubernetes_secret_v1.this[row].metadata[0].name if var.delivery == "data_wo"
      },
      { for row in ["metadata"] : "data" => { metadataSecretName = kubernetes_secret_v1.this[row].metadata[0].name } if var.delivery == "data_wo" && contains(keys(local.keys), row) },
    )
    external_secrets = {
      externalSecrets = {
        enabled         = true
        refreshInterval = var.external_secrets.refresh_interval
        secrets         = local.remote
        storeRef = {
          kind = var.external_secrets.store_kind
          name = var.external_secrets.store_name
        }
      }
    }
  }
}

ephemeral "aws_secretsmanager_secret_version" "delivered" {
  for_each = var.delivery == "data_wo" ? local.keys : {}

  secret_id  = local.versions[each.key].secret_id
  version_id = local.versions[each.key].version_id
}

resource "kubernetes_secret_v1" "this" {
  for_each = var.delivery == "data_wo" ? local.keys : {}

  metadata {
    name      = "${var.name}-${each.key}"
    namespace = coalesce(var.namespace, "${var.name}-${var.team}")

    labels = {
      "app.kubernetes.io/managed-by" = "terraform"
      "app.kubernetes.io/part-of"    = var.name
      environment                    = var.environment
      team                           = var.team
    }
  }

  type             = "Opaque"
  data_wo          = { (each.value) = ephemeral.aws_secretsmanager_secret_version.delivered[each.key].secret_string }
  data_wo_revision = parseint(substr(sha256(local.versions[each.key].version_id), 0, 7), 16) + 1
}
