output "document" {
  description = "IAM policy of the role, as JSON."
  value       = data.aws_iam_policy_document.this.json
}

output "role_arn" {
  description = "ARN of the role; with `irsa`, the annotation `eks.amazonaws.com/role-arn` of the operator's ServiceAccount."
  value       = aws_iam_role.this.arn
}
