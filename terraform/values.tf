# The last layer of each release: what only Terraform knows. Names, addresses and ARNs; never a secret.

locals {
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
      module.identity[team].service_accounts,
    )
  }
}
