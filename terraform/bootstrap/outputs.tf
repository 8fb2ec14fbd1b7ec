output "permissions_boundary" {
  description = "The policy that bounds every role of the environment, as environment.yaml states it."
  value       = module.ci.boundary_arn

  precondition {
    condition     = local.facts.permissions_boundary == module.ci.boundary_arn
    error_message = "`terraform.permissions_boundary` of environment.yaml must be ${module.ci.boundary_arn}."
  }
}

output "role_arn" {
  description = "The role that CI takes on."
  value       = module.ci.role_arn
}

output "state" {
  description = "`bucket` and `key` of the environment's state, as its backend.tf states them."
  value       = module.ci.state
}
