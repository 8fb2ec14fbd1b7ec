output "access_entry" {
  description = "Commands that let CI and the check for drift into the cluster; none with `ci.access_entry`, which makes the entries here."
  value = [
    for member in values(local._members) :
    "aws eks create-access-entry --region ${local.facts.region} --cluster-name ${local.facts.cluster.name} --principal-arn ${member.principal} --kubernetes-groups ${member.group}"
    if length(aws_eks_access_entry.ci) == 0
  ]
}

output "github" {
  description = "Commands that give the workflows their variables, in the GitHub environment of the same name."
  value = concat(
    [
      for name, value in {
        CLUSTER   = local.facts.cluster.name
        IMAGE     = one(module.registry[*].url)
        PUSH_ROLE = one(module.registry[*].role_arn)
        REGION    = local.facts.region
        ROLE      = module.ci.role_arn
      } :
      "gh variable set ${name} --repo ${local.facts.ci.repository} --env ${var.environment} --body ${value}" if value != null
    ],
    flatten([
      for job, variables in { plan = {}, drift = { CLUSTER = local.facts.cluster.name } } : [
        for name, value in merge(variables, { REGION = local.facts.region, ROLE = module.ci.plan_role_arn }) :
        "gh variable set ${name} --repo ${local.facts.ci.repository} --env ${var.environment}-${job} --body ${value}"
      ]
    ]),
  )
}

output "grants" {
  description = "Grants that the permissions boundary allows; another one is refused in the plan of the environment."
  value       = module.ci.grants
}

output "kms_key_arn" {
  description = "ARN of the environment's key. The environment finds it by its alias."
  value       = module.ci.kms_key_arn
}

output "kubernetes" {
  description = "Rights of CI in the cluster, as manifests: `terraform output -raw kubernetes | kubectl apply --filename -`."
  value       = module.ci.kubernetes
}

output "plan_role_arn" {
  description = "ARN of the role of plans."
  value       = module.ci.plan_role_arn
}

output "permissions_boundary" {
  description = "ARN of the permissions boundary, for `permissions_boundary` in environment.yaml."
  value       = module.ci.boundary_arn

  precondition {
    condition     = try(local.facts.permissions_boundary, "") == module.ci.boundary_arn
    error_message = "Set `terraform.permissions_boundary` in environments/${var.environment}/environment.yaml to ${module.ci.boundary_arn}; it is ${try(local.facts.permissions_boundary, "not set")}."
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
