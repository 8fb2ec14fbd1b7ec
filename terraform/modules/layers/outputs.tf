output "layers" {
  description = "By team, the texts of its values layers; later ones win."
  value       = local.layers

  precondition {
    condition     = length(local.problems) == 0
    error_message = "Files of ${var.environment} are wrong (`make releases` names the lines):\n${join("\n", local.problems)}"
  }
}

output "teams" {
  description = "The teams, by the names of their files."
  value       = local.teams
}

output "values" {
  description = "By team, the values of its own file."
  value       = { for team, text in local.own : team => yamldecode(text) }
}
