# EKS with a private API, its key, its logs and the roles that administer it.

resource "aws_kms_key" "this" {
  description             = "EKS ${local.cluster}: Secrets of Kubernetes and logs of the control plane."
  deletion_window_in_days = 30
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.this.key_id
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:A key whose policy excludes the account cannot be changed any more.
  #checkov:skip=CKV_AWS_111:The same; the policies of roles limit what they may do with the key.
  #checkov:skip=CKV_AWS_356:In a key policy, * is that key.
  statement {
    sid       = "RolesDecide"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.partition}:iam::${var.account}:root"]
    }
  }

  statement {
    sid       = "EncryptControlPlaneLogs"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${var.partition}:logs:${local.account_arn}:log-group:/aws/eks/${local.cluster}/cluster"]
    }
  }
}

# Created before the cluster, which would create one without a retention.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:`log_retention_days` sets it; 90 days suffice outside production.
  kms_key_id        = aws_kms_key.this.arn
  name              = "/aws/eks/${local.cluster}/cluster"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "cluster_trust" {
  statement {
    sid     = "Cluster"
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cluster" {
  assume_role_policy = data.aws_iam_policy_document.cluster_trust.json
  name               = "${local.name}-cluster"
}

resource "aws_iam_role_policy_attachment" "cluster" {
  policy_arn = "arn:${var.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
  role       = aws_iam_role.cluster.name
}

resource "aws_eks_cluster" "this" {
  bootstrap_self_managed_addons = false
  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  name                          = local.cluster
  role_arn                      = aws_iam_role.cluster.arn
  version                       = var.kubernetes_version

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.this.arn
    }
  }

  kubernetes_network_config {
    service_ipv4_cidr = var.network.service_cidr
  }

  # Without extended support, EKS upgrades a version at its end instead of charging six times its price.
  upgrade_policy {
    support_type = "STANDARD"
  }

  vpc_config {
    endpoint_private_access = true
    endpoint_public_access  = false
    subnet_ids              = local.subnet_ids.nodes
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.cluster]
}

locals {
  # EKS creates it for the control plane; all nodes have it, too.
  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  for_each = var.api_client_cidrs

  cidr_ipv4         = each.value
  description       = "Clients of the Kubernetes API."
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = local.security_group_id
  to_port           = 443
}

resource "aws_eks_access_entry" "admin" {
  for_each = var.admin_role_arns

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value
}

resource "aws_eks_access_policy_association" "admin" {
  for_each = aws_eks_access_entry.admin

  cluster_name  = each.value.cluster_name
  policy_arn    = "arn:${var.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
  principal_arn = each.value.principal_arn

  access_scope {
    type = "cluster"
  }
}
