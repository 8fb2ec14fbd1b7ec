# Made once by terraform/bootstrap: a bucket of this environment's own account.
terraform {
  backend "s3" {
    bucket       = "airflow-prod-state-111122223333"
    key          = "airflow/prod.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
