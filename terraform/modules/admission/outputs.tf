output "teams" {
  description = "The table of teams: namespaces, cost centers and classes by team."
  value       = local.teams
}
