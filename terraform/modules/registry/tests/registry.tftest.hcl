# Resources of the module. Python tests the meaning of the policy and the refusals.

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  account           = "111122223333"
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  readers           = ["444455556666"]
  region            = "eu-central-1"
  subject           = "repo:example/airflow-on-kubernetes:environment:prod"
}

run "tags_never_change_and_images_are_scanned" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "A tag can be moved to another image, or an image is not scanned."
  }
  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.countNumber] == [7, 50]
    error_message = "Images are kept for another time."
  }
}

run "other_accounts_that_are_listed_may_pull" {
  command = plan

  assert {
    condition = (
      one(data.aws_iam_policy_document.readers.statement[0].principals).identifiers == toset(["arn:aws:iam::444455556666:root"])
      && !anytrue([for action in data.aws_iam_policy_document.readers.statement[0].actions : strcontains(action, "Put")])
      && length(aws_ecr_repository_policy.this) == 1
    )
    error_message = "An account cannot pull, or can push."
  }
}

run "without_other_accounts_the_repository_has_no_policy" {
  command = plan

  variables { readers = [] }
  assert {
    condition     = length(aws_ecr_repository_policy.this) == 0
    error_message = "The repository has a policy without principals."
  }
}
