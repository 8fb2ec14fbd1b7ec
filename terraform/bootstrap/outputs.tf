output "permissions_boundary" {
  description = "ARN of the permissions boundary, for `permissions_boundary` in environment.yaml."
  value       = module.ci.boundary_arn

  precondition {
    condition     = local.facts.permissions_boundary == module.ci.boundary_arn
    error_message = "Set `terraform.permissions_boundary` in environments/${var.environment}/environment.yaml to ${module.ci.boundary_arn}; it is ${local.facts.permissions_boundary}."
  }
}

output "role_arn" {
  description = "ARN of the role that CI assumes."
  value       = module.ci.role_arn
}

output "state" {
  description = "`bucket` and `key` of the environment's state, for its backend.tf."
  value       = module.ci.state
}
