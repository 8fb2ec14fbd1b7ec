# Registry of the Airflow image: tags that never change, a scan of each image, and a role that only pushes.

resource "aws_ecr_repository" "this" {
  #checkov:skip=CKV_AWS_136:ECR encrypts with a key of its own; an image holds no secret, and other accounts pull it.
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  tags                 = var.tags

  image_scanning_configuration {
    scan_on_push = true
  }

  # Releases name their images by digest: without them, no pod starts again.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Parts of pushes that did not end."
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Images that many newer ones have replaced."
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept_images }
        action       = { type = "expire" }
      },
    ]
  })
}

# Other accounts, such as that of nonprod, pull from the same registry: what is tested there runs in prod.
data "aws_iam_policy_document" "readers" {
  statement {
    sid     = "Pull"
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "AWS"
      identifiers = [for account in var.readers : "arn:${var.partition}:iam::${account}:root"]
    }
  }
}

resource "aws_ecr_repository_policy" "this" {
  count = length(var.readers) > 0 ? 1 : 0

  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.readers.json
}

module "trust" {
  source = "../web_identity"

  provider_arn = var.oidc_provider_arn
  sid          = "Workflow"
  subjects     = [var.subject]
}

data "aws_iam_policy_document" "push" {
  #checkov:skip=CKV_AWS_356:GetAuthorizationToken supports no ARN; the token has the permissions of the role.
  statement {
    sid       = "LogIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
    ]
    resources = ["arn:${var.partition}:ecr:${var.region}:${var.account}:repository/${var.name}"]
  }
}

resource "aws_iam_role" "push" {
  name               = "airflow-${replace(var.name, "/", "-")}-images"
  path               = "/airflow-ci/"
  description        = "The image workflow pushes ${var.name}."
  assume_role_policy = module.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "push" {
  name   = "push"
  role   = aws_iam_role.push.name
  policy = data.aws_iam_policy_document.push.json
}
