# Who the components of one team's release are to AWS: a role each, with what it needs and no more.

locals {
  namespaces = {
    release = coalesce(var.namespaces.release, "${var.name}-${var.team}")
    tasks   = coalesce(var.namespaces.tasks, "${var.name}-${var.team}-tasks")
  }

  # Where the pods of a component run, and where the chart takes settings of its ServiceAccount.
  _accounts = {
    api-server           = { namespace = "release", values = "apiServer" }
    create-user-job      = { namespace = "release", values = "createUserJob" }
    dag-processor        = { namespace = "release", values = "dagProcessor" }
    migrate-database-job = { namespace = "release", values = "migrateDatabaseJob" }
    pod-launcher         = { namespace = "tasks", values = null }
    scheduler            = { namespace = "release", values = "scheduler" }
    triggerer            = { namespace = "release", values = "triggerer" }
    worker               = { namespace = "tasks", values = "workers" }
  }

  # A component that needs nothing of AWS gets no role: an empty one would only be one more name to
  # explain. The node's own role is out of its reach, since policies close the metadata address.
  components = {
    for component, statements in local.statements : component => {
      namespace       = local.namespaces[local._accounts[component].namespace]
      role            = "${local.role_prefix}-${component}"
      service_account = "${var.name}-${component}"
      values          = local._accounts[component].values
    } if length(statements) > 0 && !(component == "pod-launcher" && var.mode == "irsa")
  }

  # The chart annotates pod-launcher as it does the worker: with IRSA they are one role.
  subjects = {
    for component, facts in local.components : component => [
      for account in concat([facts.service_account], component == "worker" && var.launcher ? ["${var.name}-pod-launcher"] : []) :
      "system:serviceaccount:${facts.namespace}:${account}"
    ]
  }

  cluster_arn = "arn:${var.cluster.partition}:eks:${var.cluster.region}:${var.cluster.account}:cluster/${var.cluster.name}"
  issuer      = try(trimprefix(var.oidc.issuer, "https://"), null)
  role_prefix = "${var.name}-${var.environment}-${var.team}"
}

resource "aws_iam_role" "this" {
  for_each = local.components

  name                 = each.value.role
  path                 = "/airflow/${var.environment}/"
  description          = "${each.key} of Airflow, team ${var.team}, ${var.environment}."
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  permissions_boundary = var.permissions_boundary
  tags                 = merge(var.tags, { component = each.key, team = var.team })
}

# Part of the role rather than a policy of its own: nobody else can attach it, and it goes with it.
resource "aws_iam_role_policy" "this" {
  for_each = local.components

  name   = each.key
  role   = aws_iam_role.this[each.key].name
  policy = data.aws_iam_policy_document.this[each.key].json

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this[each.key].json))) <= 10240
      error_message = "The policy of ${each.value.role} is longer than the 10240 characters that IAM takes: join or shorten `task_statements`."
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
