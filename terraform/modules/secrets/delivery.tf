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
        apiSecretKeySecretName = "${var.name}-api-secret-key"
        fernetKeySecretName    = "${var.name}-fernet-key"
        jwtSecretName          = "${var.name}-jwt-secret"
      },
      { for row in keys(local.keys) : "data" => { metadataSecretName = "${var.name}-${row}" } if row == "metadata" },
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
