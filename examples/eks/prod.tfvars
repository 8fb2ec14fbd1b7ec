# The cluster of environments/prod.
account            = "111122223333"
admin_role_arns    = ["arn:aws:iam::111122223333:role/platform-admin"]
cost_center        = "data-platform"
database_subnets   = true
environment        = "prod"
log_retention_days = 365
region             = "eu-central-1"

network = {
  cidr         = "10.30.0.0/16"
  nat_per_zone = true
  zones        = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
}
