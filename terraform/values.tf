# The last layer of values of each release: names, addresses and ARNs that only Terraform knows. No secrets.

locals {
  components = yamldecode(file("${path.module}/../charts/airflow/files/components.yaml"))

  # A role's name ends with the name of its ServiceAccount; IAM accepts 64 characters.
  _accounts   = [for component, row in local.components : lookup(row, "account", component) if can(row.cloud)]
  name_length = 64 - max([for account in local._accounts : length("-${account}")]...)

  # The roles of these components may not read connections. With the secrets backend they would try
  # anyway, and Airflow would log a stack trace for each denied request.
  _without_backend = {
    for component, row in local.components : row.key => { env = { AIRFLOW__SECRETS__BACKEND = "" } }
    if row.kind == "Deployment" && can(row.cloud) && !contains(lookup(row, "cloud", []), "read-connections")
  }
  _components = {
    for team, identity in module.identity : team => {
      for component in setunion(keys(local._without_backend), keys(identity.service_accounts), ["dagProcessor"]) :
      component => merge(
        lookup(local._without_backend, component, {}),
        lookup(identity.service_accounts, component, {}),
        component == "dagProcessor" ? local._bundle[team] : {},
      )
    }
  }

  # Dags are those in the team's folder of the bucket, unless values say where else they come from.
  _stated_dags = !var.facts.dags.bucket || anytrue([
    can(local._common.env.AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST),
    can(local._common.dagProcessor.dagBundleConfigList),
    can(local._common.config.dag_processor.dag_bundle_config_list),
    try(local._common.dags.gitSync.enabled, false),
    try(local._common.dags.persistence.enabled, false),
    try(local._common.dags.image.repository, "") != "",
  ])
  _bundle = {
    for team in local.teams : team => {
      for key in ["dagBundleConfigList"] : key => [{
        name      = team
        classpath = "chart_dags.S3FolderDagBundle"
        # Without a connection, it uses the role of the pod.
        kwargs = { aws_conn_id = null, bucket_name = module.storage.buckets.dags.name, prefix = team }
      }] if !local._stated_dags
    }
  }

  # Databases to which components log in by a token of IAM instead of a password.
  uses_tokens     = try(var.facts.database.iam, false)
  token_databases = { for team, database in module.database : team => database if local.uses_tokens }

  values = {
    for team in local.teams : team => merge(
      {
        config = {
          logging = {
            # The bucket encrypts with the environment's key; Airflow's own setting would request AES256.
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
        componentPriorityClassName = module.priority.name
        tier                       = local.tier
        labels                     = { for value in local.own[team].cost_center[*] : "cost-center" => value }
        env                        = { AWS_DEFAULT_REGION = var.facts.region }
      },
      module.secrets[team].values,
      local._components[team],
      {
        for key, database in { data = one([for name, one in local.token_databases : one if name == team]) } : key => {
          metadataConnection = {
            db   = database.name
            host = database.host
            iam  = { enabled = true }
            port = database.port
            user = database.user
          }
        } if database != null
      },
    )
  }
}
