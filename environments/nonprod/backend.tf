# Bucket in this environment's account, created once by terraform/bootstrap.
terraform {
  backend "s3" {
    bucket       = "airflow-nonprod-state-444455556666"
    key          = "airflow/nonprod.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
