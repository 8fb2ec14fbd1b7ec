# Karpenter makes and removes nodes for pods that wait. Its Helm release and manifests are commands of the README.

locals {
  queue            = "${local.name}-interruptions"
  queue_arn        = "arn:${var.partition}:sqs:${local.account_arn}:${local.queue}"
  instance_profile = "${local.name}-node-karpenter"

  # Events of AWS that announce the end of a node.
  interruptions = {
    health    = { source = "aws.health", type = "AWS Health Event" }
    rebalance = { source = "aws.ec2", type = "EC2 Instance Rebalance Recommendation" }
    spot      = { source = "aws.ec2", type = "EC2 Spot Instance Interruption Warning" }
    state     = { source = "aws.ec2", type = "EC2 Instance State-change Notification" }
  }

  # Whatever Karpenter creates has these tags, which name the cluster and a NodePool.
  _ec2        = "arn:${var.partition}:ec2:${local.account_arn}"
  _created    = [for kind in ["fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume"] : "${local._ec2}:${kind}/*"]
  cluster_tag = "kubernetes.io/cluster/${local.cluster}"
}

resource "aws_iam_instance_profile" "karpenter" {
  name = local.instance_profile
  role = aws_iam_role.node["karpenter"].name
}

resource "aws_eks_access_entry" "node" {
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_iam_role.node["karpenter"].arn
  type          = "EC2_LINUX"
}

resource "aws_sqs_queue" "interruptions" {
  message_retention_seconds = 300
  name                      = local.queue
  sqs_managed_sse_enabled   = true
}

data "aws_iam_policy_document" "interruptions" {
  statement {
    sid       = "ReceiveEvents"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.partition}:events:${local.account_arn}:rule/${local.name}-*"]
    }
  }
}

resource "aws_sqs_queue_policy" "interruptions" {
  policy    = data.aws_iam_policy_document.interruptions.json
  queue_url = aws_sqs_queue.interruptions.url
}

resource "aws_cloudwatch_event_rule" "interruption" {
  for_each = local.interruptions

  event_pattern = jsonencode({ source = [each.value.source], detail-type = [each.value.type] })
  name          = "${local.name}-${each.key}"
}

resource "aws_cloudwatch_event_target" "interruption" {
  for_each = aws_cloudwatch_event_rule.interruption

  arn  = aws_sqs_queue.interruptions.arn
  rule = each.value.name
}

data "aws_iam_policy_document" "karpenter" {
  #checkov:skip=CKV_AWS_356:EC2 supports neither ARNs nor tags for descriptions, and pricing neither for prices.
  statement {
    sid     = "UseNetworkAndImages"
    actions = ["ec2:CreateFleet", "ec2:RunInstances"]
    resources = [
      "arn:${var.partition}:ec2:${var.region}::image/*",
      "arn:${var.partition}:ec2:${var.region}::snapshot/*",
      "${local._ec2}:security-group/*",
      "${local._ec2}:subnet/*",
    ]
  }

  statement {
    sid       = "UseOwnLaunchTemplates"
    actions   = ["ec2:CreateFleet", "ec2:RunInstances"]
    resources = ["${local._ec2}:launch-template/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.cluster_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  statement {
    sid       = "CreateWithTags"
    actions   = ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"]
    resources = local._created

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.cluster_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:RequestTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  statement {
    sid       = "TagWhileCreating"
    actions   = ["ec2:CreateTags"]
    resources = local._created

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.cluster_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]
    }
  }

  statement {
    sid       = "NameOwnInstances"
    actions   = ["ec2:CreateTags"]
    resources = ["${local._ec2}:instance/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.cluster_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]
    }
  }

  statement {
    sid       = "DeleteOwn"
    actions   = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    resources = ["${local._ec2}:instance/*", "${local._ec2}:launch-template/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.cluster_tag}"
      values   = ["owned"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/karpenter.sh/nodepool"
      values   = ["*"]
    }
  }

  statement {
    sid = "DescribeEc2"
    actions = [
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeCapacityReservations",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceStatus",
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeInstances",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSpotPriceHistory",
      "ec2:DescribeSubnets",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.region]
    }
  }

  statement {
    sid       = "FindImages"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${var.partition}:ssm:${var.region}::parameter/aws/service/*"]
  }

  # The API of prices is in few regions, so that a condition on the region would fail.
  statement {
    sid       = "ReadPrices"
    actions   = ["pricing:GetProducts"]
    resources = ["*"]
  }

  statement {
    sid       = "ReadInterruptions"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = [local.queue_arn]
  }

  statement {
    sid       = "PassNodeRole"
    actions   = ["iam:PassRole"]
    resources = ["arn:${var.partition}:iam::${var.account}:role/${local.name}-node-karpenter"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"]
    }
  }

  # Terraform creates the profile, so Karpenter needs no right to create one.
  statement {
    sid       = "ReadInstanceProfile"
    actions   = ["iam:GetInstanceProfile"]
    resources = ["arn:${var.partition}:iam::${var.account}:instance-profile/${local.instance_profile}"]
  }

  # Karpenter looks for profiles that it has created, and finds none.
  statement {
    sid       = "ListInstanceProfiles"
    actions   = ["iam:ListInstanceProfiles"]
    resources = ["*"]
  }

  statement {
    sid       = "DescribeCluster"
    actions   = ["eks:DescribeCluster"]
    resources = [local.cluster_arn]
  }
}
