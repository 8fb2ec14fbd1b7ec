output "document" {
  description = "IAM policy of the role that pushes, as JSON."
  value       = data.aws_iam_policy_document.push.json
}

output "role_arn" {
  description = "ARN of the role that pushes images, the variable PUSH_ROLE of the image workflow."
  value       = aws_iam_role.push.arn
}

output "url" {
  description = "Registry and name of the image, for `defaultAirflowRepository` in values."
  value       = aws_ecr_repository.this.repository_url
}
