# A role can be assumed by the pods of one ServiceAccount in one namespace of one cluster.

module "trust" {
  source   = "../trust"
  for_each = local.components

  cluster          = var.cluster
  mode             = var.mode
  namespace        = each.value.namespace
  oidc             = var.oidc
  service_accounts = concat([each.value.service_account], lookup(local._launched, each.value.key, []))
}
