output "json" {
  description = "The trust policy as JSON."
  value       = data.aws_iam_policy_document.this.json
}
