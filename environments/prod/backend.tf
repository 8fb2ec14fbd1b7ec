# Bucket in this environment's account, created once by terraform/bootstrap.
terraform {
  backend "s3" {
    bucket       = "airflow-prod-state-111122223333"
    key          = "airflow/prod.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
