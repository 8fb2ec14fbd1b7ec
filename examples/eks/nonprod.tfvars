# The cluster of environments/nonprod.
account         = "444455556666"
admin_role_arns = ["arn:aws:iam::444455556666:role/platform-admin"]
cost_center     = "data-platform"
environment     = "nonprod"
region          = "eu-central-1"

network = {
  cidr  = "10.20.0.0/16"
  zones = ["eu-central-1a", "eu-central-1b"]
}
