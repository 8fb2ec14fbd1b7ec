# Limits of the permissions boundary. A grant beyond it would be applied, and denied to tasks without a word.

data "aws_iam_policy" "boundary" {
  for_each = toset(var.facts.permissions_boundary[*])

  arn = each.value
}

locals {
  # Statements that allow something, with their patterns as regular expressions. Denials are not read:
  # terraform/bootstrap makes its own from the grants.
  _allowed = flatten([
    for policy in values(data.aws_iam_policy.boundary) : [
      for statement in try(flatten([jsondecode(policy.policy).Statement]), []) : {
        for element in ["Action", "Resource"] : element => [
          for pattern in flatten([try(statement[element], "*")]) :
          "^${replace(replace(replace(element == "Action" ? lower(pattern) : pattern, "/[.+$(){}|]/", "[$0]"), "*", ".*"), "?", ".")}$"
        ]
      } if statement.Effect == "Allow"
    ]
  ])

  beyond_boundary = length(local._allowed) == 0 ? [] : distinct(flatten([
    for name, grant in var.facts.grants : [
      for action in grant.actions : [
        for resource in grant.resources : "${name}: ${action} on ${resource}"
        if !anytrue([
          for statement in local._allowed :
          anytrue([for pattern in statement.Action : can(regex(pattern, lower(action)))])
          && anytrue([for pattern in statement.Resource : can(regex(pattern, resource))])
        ])
      ]
    ]
  ]))
}
