output "boundary_arn" {
  description = "The policy that bounds every role of the environment: the fact `permissions_boundary`."
  value       = local.arns.boundary

  depends_on = [aws_iam_policy.boundary]
}

output "documents" {
  description = "The policies as JSON: the boundary, and each part of what CI may do."
  value       = { for name, document in data.aws_iam_policy_document.this : name => document.json }
}

output "reasons" {
  description = "Why a statement is about everything: its name to a sentence."
  value = merge([
    for statements in values(local.statements) : {
      for sid, statement in statements : sid => statement.reason if can(statement.reason)
    }
  ]...)
}

output "role_arn" {
  description = "The role of CI; the cluster's administrator gives it an access entry."
  value       = aws_iam_role.this.arn
}

output "state" {
  description = "`bucket` and `key` of the environment's state, for backend.tf."
  value       = { bucket = aws_s3_bucket.state.bucket, key = local.state.key }
}

output "trust" {
  description = "Who may be CI, and who may reach the state, as JSON: `role`, `state`."
  value       = { role = data.aws_iam_policy_document.trust.json, state = data.aws_iam_policy_document.state.json }
}
