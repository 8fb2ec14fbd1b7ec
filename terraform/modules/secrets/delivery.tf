# How values get into the cluster. With `external_secrets` and `csi` the chart asks an operator or a driver
# for them. With `data_wo` the caller reads them back and writes the Secrets that the output `data` lists.

locals {
  # Of the secrets in the state, not of all rows: an import of one of them finds no other.
  remote = { for name, secret in aws_secretsmanager_secret.this : name => { key = secret.name } }

  # Values that name the Secrets. `values.name` of a row is a key, such as `fernetKeySecretName`, or a key
  # in a block, such as `data.metadataSecretName`.
  _paths = { for name, row in local.rows : name => regex("^(?:(?P<block>\\w+)[.])?(?P<key>\\w+)$", row.values.name) }
  _blocks = {
    for name, path in local._paths : path.block => { (path.key) = "${var.name}-${name}" }... if path.block != null
  }
  secret_names = merge(
    { for name, path in local._paths : path.key => "${var.name}-${name}" if path.block == null },
    { for block, names in local._blocks : block => merge(names...) },
  )

  deliveries = {
    csi = {
      externalSecrets = { enabled = false }
      secretsStore = {
        enabled    = true
        parameters = var.csi.parameters
        secrets    = local.remote
      }
    }
    data_wo = merge(local.secret_names, {
      externalSecrets = { enabled = false }
      secretsStore    = { enabled = false }
    })
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
