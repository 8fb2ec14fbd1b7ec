# How the values get into the cluster: by the External Secrets Operator or the CSI driver, which the chart
# asks, or by Terraform itself: whoever calls reads them back and writes them by the output `data`.

locals {
  remote = { for row in keys(local.keys) : row => { key = aws_secretsmanager_secret.this[row].name } }

  deliveries = {
    csi = {
      externalSecrets = { enabled = false }
      secretsStore = {
        enabled    = true
        parameters = var.csi.parameters
        secrets    = local.remote
      }
    }
    data_wo = merge(
      {
        apiSecretKeySecretName = "${var.name}-api-secret-key"
        externalSecrets        = { enabled = false }
        fernetKeySecretName    = "${var.name}-fernet-key"
        jwtSecretName          = "${var.name}-jwt-secret"
        secretsStore           = { enabled = false }
      },
      { for row in keys(local.keys) : "data" => { metadataSecretName = "${var.name}-${row}" } if row == "metadata" },
    )
    external_secrets = {
      secretsStore = { enabled = false }
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
