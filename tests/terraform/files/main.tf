# Outputs of Terraform to compare with Python: the layers of every release of the repository, and the
# problems of files that a test has written into a folder.

terraform {
  required_version = ">= 1.11"
}

variable "environments" {
  description = "The folder of the environments."
  type        = string
  default     = "../../../environments"
}

variable "team_files" {
  description = "A folder with files of the team finance, each with a mistake."
  type        = string
}

variable "facts" {
  description = "A folder with files environment.yaml, each with a mistake."
  type        = string
}

locals {
  modules = "${path.module}/../../../terraform/modules/layers"
  rules   = jsondecode(file("${local.modules}/rules.json"))
  values  = yamldecode(file("${path.module}/../../../charts/airflow/values.yaml"))
  lower   = [local.values, { networkPolicies = { destinations = { warehouse = { cidrs = ["10.0.0.0/24"] } } } }]
}

module "layers" {
  source   = "../../../terraform/modules/layers"
  for_each = toset([for file in fileset(var.environments, "*/environment.yaml") : dirname(file)])

  environment = each.key
  folder      = "${var.environments}/${each.key}"
}

module "team_files" {
  source   = "../../../terraform/modules/layers/team_file"
  for_each = fileset(var.team_files, "*.yaml")

  lower = local.lower
  rules = local.rules
  team  = "finance"
  text  = file("${var.team_files}/${each.key}")
}

module "facts" {
  source   = "../../../terraform/modules/layers/document"
  for_each = fileset(var.facts, "*.yaml")

  advice = "fix its name"
  rules  = local.rules.environment
  text   = file("${var.facts}/${each.key}")
}

output "layers" {
  description = "By environment and team, the texts of the layers."
  value       = { for environment, one in module.layers : environment => one.layers }
}

output "team_files" {
  description = "By file, its problems."
  value       = { for file, one in module.team_files : trimsuffix(file, ".yaml") => one.problems }
}

output "facts" {
  description = "By file, its problems."
  value       = { for file, one in module.facts : trimsuffix(file, ".yaml") => one.problems }
}
