output "boundary_arn" {
  description = "ARN of the permissions boundary, for `permissions_boundary` in environment.yaml."
  value       = local.arns.boundary

  depends_on = [aws_iam_policy.boundary]
}

output "documents" {
  description = "IAM policies as JSON: the boundary, and the policies of CI by part."
  value       = { for name, document in data.aws_iam_policy_document.this : name => document.json }
}

output "grants" {
  description = "Actions and resources of the grants that the boundary allows, by name."
  value       = var.grants

  depends_on = [aws_iam_policy.boundary]
}

output "group" {
  description = "Group of CI in the cluster."
  value       = local.group
}

output "kms_key_arn" {
  description = "ARN of the environment's key."
  value       = aws_kms_key.this.arn

  # Another configuration finds the key by its alias.
  depends_on = [aws_kms_alias.this]
}

output "kubernetes" {
  description = "Rights of CI in the cluster, as manifests."
  value = templatefile("${path.module}/kubernetes.yaml.tftpl", {
    compared    = local.compared
    environment = var.environment
    group       = local.group
    plan_group  = local.plan_group
    policies    = [for team in var.teams : "airflow-${team}-airflow-tasks"]
    resources   = local.resources
  })
}

output "plan_group" {
  description = "Group of the check for drift in the cluster."
  value       = local.plan_group
}

output "plan_role_arn" {
  description = "ARN of the role of plans."
  value       = aws_iam_role.plan.arn
}

output "reasons" {
  description = "Reasons for statements with the resource *, by statement."
  value = merge([
    for statements in values(local.statements) : {
      for sid, statement in statements : sid => statement.reason if can(statement.reason)
    }
  ]...)
}

output "role_arn" {
  description = "ARN of CI's role. It needs an access entry on the EKS cluster."
  value       = aws_iam_role.this.arn
}

output "state" {
  description = "`bucket` and `key` of the environment's state, for backend.tf."
  value       = { bucket = aws_s3_bucket.state.bucket, key = local.state.key }
}

output "subject" {
  description = "Subject of CI's OIDC token."
  value       = local.subject
}

output "trust" {
  description = "Trust policies of CI's role (`role`) and of that of plans (`plan`), and policy of the state bucket (`state`), as JSON."
  value       = { plan = module.plan_trust.json, role = module.trust.json, state = data.aws_iam_policy_document.state.json }
}
