output "associations" {
  description = "Ids of the Pod Identity associations by component; empty with `irsa`. Make the release depend on it: pods receive their identity only when they are created."
  value       = { for component, association in aws_eks_pod_identity_association.this : component => association.association_id }

  # A pod that starts before the policy exists would be denied access.
  depends_on = [aws_iam_role_policy.this]
}

output "documents" {
  description = "IAM policy of each component, as JSON."
  value       = { for component, document in data.aws_iam_policy_document.this : component => document.json }
}

output "roles" {
  description = "`name` and `arn` of each component's role. Components without permissions have no entry."
  value       = { for component, role in aws_iam_role.this : component => { arn = role.arn, name = role.name } }
}

output "service_accounts" {
  description = "Layer of values for the chart: annotations of the ServiceAccounts for `irsa`; {} with Pod Identity."
  value = {
    for component, facts in local.components : facts.key => {
      serviceAccount = {
        annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.this[component].arn }
      }
    } if var.mode == "irsa"
  }
}

output "trust" {
  description = "Trust policy of each component's role, as JSON."
  value       = { for component, trust in module.trust : component => trust.json }
}
