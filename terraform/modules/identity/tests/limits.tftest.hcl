# The limit of a policy's length, with the real provider, which renders policies offline.

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  cluster     = { name = "apps", account = "111122223333", region = "eu-central-1" }
  environment = "nonprod"
  team        = "payments"
}

run "a_policy_longer_than_iam_allows_is_refused" {
  command = plan

  variables {
    task_statements = {
      Publish = {
        actions   = ["sns:Publish"]
        resources = [for number in range(200) : "arn:aws:sns:eu-central-1:111122223333:payments-settlement-${number}"]
      }
    }
  }

  expect_failures = [aws_iam_role_policy.this]
}
