output "associations" {
  description = "Component to id of its Pod Identity association, empty with `irsa`. Let the release depend on it: pods get their identity when they are made."
  value       = { for component, association in aws_eks_pod_identity_association.this : component => association.association_id }

  # A pod that starts between a role and its policy would be refused.
  depends_on = [aws_iam_role_policy.this]
}

output "documents" {
  description = "Component to its policy, as JSON."
  value       = { for component, document in data.aws_iam_policy_document.this : component => document.json }
}

output "roles" {
  description = "Component to `name` and `arn` of its role; components that need nothing of AWS are not in it."
  value       = { for component, role in aws_iam_role.this : component => { arn = role.arn, name = role.name } }
}

output "service_accounts" {
  description = "A layer of values for the chart: the annotations of ServiceAccounts that `irsa` needs, {} with Pod Identity."
  value = {
    for component, facts in local.components : facts.key => {
      serviceAccount = {
        annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.this[component].arn }
      }
    } if var.mode == "irsa"
  }
}

output "trust" {
  description = "Component to the policy that says who may be it, as JSON."
  value       = { for component, document in data.aws_iam_policy_document.trust : component => document.json }
}
