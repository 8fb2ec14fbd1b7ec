# Roles of add-ons and operators. EKS Pod Identity gives a role to the pods of one ServiceAccount.

locals {
  # `managed` are policies of AWS, `document` is a policy of this folder.
  pods = {
    aws-ebs-csi-driver = {
      namespace       = "kube-system"
      service_account = "ebs-csi-controller-sa"
      managed         = "service-role/AmazonEBSCSIDriverPolicy"
    }
    external-secrets = {
      namespace       = "external-secrets"
      service_account = "external-secrets"
      document        = data.aws_iam_policy_document.external_secrets.json
    }
    karpenter = {
      namespace       = "kube-system"
      service_account = "karpenter"
      document        = data.aws_iam_policy_document.karpenter.json
    }
    load-balancer-controller = {
      namespace       = "kube-system"
      service_account = "aws-load-balancer-controller"
      document        = data.aws_iam_policy_document.load_balancer.json
    }
    vpc-cni = {
      namespace       = "kube-system"
      service_account = "aws-node"
      managed         = "AmazonEKS_CNI_Policy"
    }
  }
}

module "trust" {
  source   = "../../terraform/modules/trust"
  for_each = local.pods

  cluster          = { name = local.cluster, account = var.account, region = var.region, partition = var.partition }
  mode             = "pod_identity"
  namespace        = each.value.namespace
  service_accounts = [each.value.service_account]
}

resource "aws_iam_role" "pod" {
  for_each = local.pods

  assume_role_policy = module.trust[each.key].json
  name               = "${local.name}-${each.key}"
}

resource "aws_iam_role_policy" "pod" {
  for_each = { for name, pod in local.pods : name => pod.document if can(pod.document) }

  name   = each.key
  policy = each.value
  role   = aws_iam_role.pod[each.key].name
}

resource "aws_iam_role_policy_attachment" "pod" {
  for_each = { for name, pod in local.pods : name => pod.managed if can(pod.managed) }

  policy_arn = "arn:${var.partition}:iam::aws:policy/${each.value}"
  role       = aws_iam_role.pod[each.key].name
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = local.pods

  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  role_arn        = aws_iam_role.pod[each.key].arn
  service_account = each.value.service_account

  # Pods get credentials only if the association exists when they are created.
  depends_on = [aws_iam_role_policy.pod, aws_iam_role_policy_attachment.pod]
}
