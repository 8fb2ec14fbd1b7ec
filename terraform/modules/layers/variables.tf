variable "environment" {
  description = "The environment, as environment.yaml calls it."
  type        = string
  nullable    = false
}

variable "folder" {
  description = "Path of the environment's folder."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.folder}/environment.yaml") && fileexists("${var.folder}/values.yaml")
    error_message = "`folder` must hold environment.yaml and values.yaml: ${var.folder} does not."
  }

  validation {
    condition     = length(fileset("${var.folder}/teams", "*.yaml")) > 0
    error_message = "`folder` must hold a file of a team in teams/: ${var.folder} does not."
  }

  validation {
    condition     = alltrue([for file in fileset("${var.folder}/teams", "*.yaml") : can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?[.]yaml$", file)) && !strcontains(file, "--") && !endswith(file, "-tasks.yaml")])
    error_message = "Rename the files of teams/: their names are lower-case letters, digits and single dashes, and do not end in -tasks. They are ${join(", ", fileset("${var.folder}/teams", "*.yaml"))}."
  }

  validation {
    condition     = try(yamldecode(file("${var.folder}/values.yaml")).environment, "") == var.environment
    error_message = "`environment` in values.yaml must be ${var.environment}, the `name` of environment.yaml."
  }
}
