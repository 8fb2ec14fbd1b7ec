# All rules of the built-in ruleset; the AWS ruleset is a plugin, which would have to be downloaded.
config {
  call_module_type = "none"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

rule "terraform_naming_convention" {
  enabled = true

  # Names of intermediate values begin with an underscore.
  locals {
    custom = "^_?[a-z][a-z0-9]*(_[a-z0-9]+)*$"
  }
}

# terraform/ states the versions of the providers that it passes on to its modules.
rule "terraform_unused_required_providers" {
  enabled = false
}
