# Which teams exist in an environment, whatever its files say: each has secrets in Secrets Manager. And which of those
# secrets Terraform takes over, with their values, when a team returns.

locals {
  prefix = "airflow/${var.environment}"

  # AWS adds a dash and six characters to the name of a secret.
  arns   = { for arn in var.arns.all : regex("secret:(.+)-[A-Za-z0-9]{6}$", arn)[0] => arn }
  _keys  = { for name in keys(local.arns) : name => try(regex("^${local.prefix}/([^/]+)/fernet-key$", name)[0], null) }
  teams  = toset(compact(values(local._keys)))
  marked = toset(compact([for name, team in local._keys : team if contains(var.arns.retiring, local.arns[name])]))

  # The Fernet keys of each team, by revision.
  _fernet_keys = [for name in keys(local.arns) : regex("^${local.prefix}/([^/]+)/fernet-keys/([^/]+)$", name) if can(regex("^${local.prefix}/[^/]+/fernet-keys/", name))]
  fernet_keys  = { for team in local.teams : team => sort([for found in local._fernet_keys : found[1] if found[0] == team]) }

  # Secrets that the configuration has for each team that returns: name -> its place in the modules.
  _rows = [
    for row in yamldecode(file("${path.module}/../../../charts/airflow/files/secrets.yaml")) : row.name
    if can(row.stored) && (try(row.stored, "") != "databaseUrl" || var.stores_database_url)
  ]
  _places = merge([
    for team in var.returning : merge(
      { for row in local._rows : "${local.prefix}/${team}/${row}" => { kind = "secrets", team = team, key = row } },
      {
        for revision in try(coalescelist(var.teams[team].revisions.fernet_key, ["1"]), ["1"]) :
        "${local.prefix}/${team}/fernet-keys/${revision}" => { kind = "fernet_keys", team = team, key = revision }
      },
      { "${local.prefix}/${team}/database" = { kind = "passwords", team = team, key = "" } },
      merge([
        for kind in ["connections", "variables"] : {
          for id in try(keys(var.teams[team][kind]), []) :
          "${local.prefix}/${kind}/${team}--${id}" => { kind = "lookups", team = team, key = "${kind}/${id}" }
        }
      ]...),
    )
  ]...)
  adopted = {
    for kind in ["fernet_keys", "lookups", "passwords", "secrets"] : kind => {
      for name, place in local._places : name => merge(place, { arn = local.arns[name] })
      if place.kind == kind && contains(keys(local.arns), name) && (kind != "passwords" || var.has_database)
    }
  }
}
