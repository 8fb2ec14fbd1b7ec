output "json" {
  description = "The trust policy as JSON."
  value       = one(concat(data.aws_iam_policy_document.this[*].json, module.web_identity[*].json))
}
