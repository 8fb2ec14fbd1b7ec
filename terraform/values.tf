# The last layer of each release: what only Terraform knows. Names, addresses and ARNs; never a secret.

locals {
  # Their roles may read no connections: asked for one, AWS would refuse and Airflow log a stack.
  _without_backend = {
    for component in ["apiServer", "scheduler"] : component => { env = { AIRFLOW__SECRETS__BACKEND = "" } }
  }
  _components = {
    for team, identity in module.identity : team => {
      for component in setunion(keys(local._without_backend), keys(identity.service_accounts)) :
      component => merge(lookup(local._without_backend, component, {}), lookup(identity.service_accounts, component, {}))
    }
  }

  values = {
    for team in local.teams : team => merge(
      {
        config = {
          logging = {
            # The bucket encrypts with the environment's key; Airflow would ask for another way.
            encrypt_s3_logs        = false
            remote_base_log_folder = "s3://${module.storage.buckets.logs.name}/${team}"
            remote_logging         = true
          }
          secrets = {
            backend = "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend"
            backend_kwargs = jsonencode({
              connections_prefix = "airflow/${var.environment}/connections/${team}"
              config_prefix      = null
              region_name        = var.facts.region
              sep                = "--"
              variables_prefix   = "airflow/${var.environment}/variables/${team}"
            })
          }
        }
        env = { AWS_DEFAULT_REGION = var.facts.region }
      },
      module.secrets[team].values,
      local._components[team],
    )
  }
}
