# Nodes of the platform: a small group for DNS, Karpenter and the other operators. Karpenter makes all other nodes.

data "aws_iam_policy_document" "node_trust" {
  statement {
    sid     = "Node"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

# Two roles: EKS creates the access entry of `platform` itself, and removes it with the group.
resource "aws_iam_role" "node" {
  for_each = toset(["karpenter", "platform"])

  assume_role_policy = data.aws_iam_policy_document.node_trust.json
  name               = "${local.name}-node-${each.key}"
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = {
    for pair in setproduct(["karpenter", "platform"], ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]) :
    join("/", pair) => { role = pair[0], policy = pair[1] }
  }

  policy_arn = "arn:${var.partition}:iam::aws:policy/${each.value.policy}"
  role       = aws_iam_role.node[each.value.role].name
}

resource "aws_launch_template" "platform" {
  name                   = "${local.name}-platform"
  update_default_version = true

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      delete_on_termination = true
      encrypted             = true
      volume_size           = 50
      volume_type           = "gp3"
    }
  }

  # One hop: pods on the node do not reach its credentials.
  metadata_options {
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
    http_tokens                 = "required"
  }

  # Default tags of the provider are on the template only.
  dynamic "tag_specifications" {
    for_each = ["instance", "network-interface", "volume"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = "${local.name}-platform" })
    }
  }
}

resource "aws_eks_node_group" "platform" {
  ami_type        = "AL2023_x86_64_STANDARD"
  cluster_name    = aws_eks_cluster.this.name
  instance_types  = var.platform_nodes.instance_types
  labels          = { "airflow/class" = "platform" }
  node_group_name = "platform"
  node_role_arn   = aws_iam_role.node["platform"].arn
  subnet_ids      = local.subnet_ids.nodes
  version         = var.kubernetes_version

  launch_template {
    id      = aws_launch_template.platform.id
    version = aws_launch_template.platform.latest_version
  }

  scaling_config {
    desired_size = var.platform_nodes.count
    max_size     = var.platform_nodes.count + 1
    min_size     = var.platform_nodes.count
  }

  # A burst of tasks does not take the room of DNS and the operators.
  taint {
    effect = "NO_SCHEDULE"
    key    = "CriticalAddonsOnly"
    value  = "true"
  }

  update_config {
    max_unavailable = 1
  }

  depends_on = [aws_eks_addon.node, aws_iam_role_policy_attachment.node]
}
