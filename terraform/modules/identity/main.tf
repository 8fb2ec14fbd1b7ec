# An IAM role for each component of one team's release, with the permissions that the component needs.

locals {
  namespaces = {
    release = coalesce(var.namespaces.release, "${var.name}-${var.team}")
    tasks   = coalesce(var.namespaces.tasks, "${var.name}-${var.team}-tasks")
  }

  _component_rows = yamldecode(file("${path.module}/../../../charts/airflow/files/components.yaml"))
  _secret_rows    = yamldecode(file("${path.module}/../../../charts/airflow/files/secrets.yaml"))

  # One entry per ServiceAccount whose row grants permissions. Pods that a task launches have one only
  # where tasks may launch pods.
  accounts = {
    for component, row in local._component_rows : lookup(row, "account", component) => {
      cloud     = row.cloud
      key       = row.key
      launched  = row.kind == "LaunchedPod"
      namespace = local.namespaces[row.namespace]
      # With KubernetesExecutor; a row may name readers with other executors only.
      secrets = [
        for secret in local._secret_rows : secret.name
        if contains(secret.readers, component) && !contains(keys(lookup(secret, "only", {})), component)
      ]
    } if can(row.cloud) && (row.kind != "LaunchedPod" || var.launcher)
  }

  _names          = [for component, row in local._component_rows : lookup(row, "account", component) if can(row.cloud)]
  longest_account = [for name in local._names : name if length(name) == max([for name in local._names : length(name)]...)][0]

  # The chart annotates the account of launched pods from the same values as that of the pod which
  # launches them: with IRSA both use one role, which trusts both accounts.
  _launched = { for account, row in local.accounts : row.key => "${var.name}-${account}"... if row.launched && var.mode == "irsa" }

  # A component without permissions gets no role. It cannot use the node's role instead, because
  # NetworkPolicies block the metadata address.
  components = {
    for account, statements in local.statements : account => {
      namespace       = local.accounts[account].namespace
      role            = "${local.role_prefix}-${account}"
      service_account = "${var.name}-${account}"
      key             = local.accounts[account].key
    } if length(statements) > 0 && !(local.accounts[account].launched && var.mode == "irsa")
  }

  role_prefix = "${var.name}-${var.environment}-${var.team}"
}

resource "aws_iam_role" "this" {
  for_each = local.components

  name                 = each.value.role
  path                 = "/airflow/${var.environment}/"
  description          = "Airflow of team ${var.team} in ${var.environment}: ${each.key}."
  assume_role_policy   = module.trust[each.key].json
  permissions_boundary = var.permissions_boundary
  tags                 = merge(var.tags, { component = each.key, team = var.team })
}

# An inline policy: it cannot be attached to another role, and it is deleted with its role.
resource "aws_iam_role_policy" "this" {
  for_each = local.components

  name   = each.key
  role   = aws_iam_role.this[each.key].name
  policy = data.aws_iam_policy_document.this[each.key].json

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this[each.key].json))) <= 10240
      error_message = "The policy of ${each.value.role} exceeds the 10240 characters that IAM allows. Merge or shorten the statements in `task_statements`."
    }
  }
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = var.mode == "pod_identity" ? local.components : {}

  cluster_name    = var.cluster.name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.this[each.key].arn
  tags            = merge(var.tags, { component = each.key, team = var.team })
}
