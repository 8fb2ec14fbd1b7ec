locals {
  store = "aws-secrets-manager"

  # Node selector and tolerations of operators, which run on the managed nodes.
  placement = {
    nodeSelector = { "airflow/class" = "platform" }
    tolerations  = [{ key = "CriticalAddonsOnly", operator = "Exists" }]
  }

  # The load balancer sends requests from the subnets in which it is.
  _balancer_kind  = try(var.ingress.public, false) ? "public" : "nodes"
  _balancer_cidrs = [for subnet in local.subnets : subnet.cidr if subnet.kind == local._balancer_kind]

  facts = merge(
    {
      account   = var.account
      partition = var.partition
      region    = var.region
      cluster = {
        name              = aws_eks_cluster.this.name
        security_group_id = local.security_group_id
        vpc_id            = aws_vpc.this.id
      }
      permissions_boundary = "arn:${var.partition}:iam::${var.account}:policy/airflow/${var.environment}/airflow-${var.environment}-boundary"
      # The operator has its role already.
      secrets = { operator = { enabled = false }, store_name = local.store }
      tags    = { cost-center = var.cost_center }
    },
    var.database_subnets ? { database = { subnet_ids = local.subnet_ids.databases } } : {},
  )
}

locals {
  # The same destinations as in environments/nonprod/values.yaml.
  network_policies = merge(
    {
      # The first address of the Services is that of the API server.
      kubernetes = { cidrs = ["${cidrhost(var.network.service_cidr, 1)}/32", local.nodes_cidr] }
      destinations = {
        cloudIdentity  = { cidrs = ["169.254.170.23/32"] }
        metrics        = { cidrs = [local.nodes_cidr] }
        objectStorage  = { cidrs = [local.endpoints_cidr] }
        secretsBackend = { cidrs = [local.endpoints_cidr] }
      }
    },
    var.database_subnets ? { database = { cidrs = local.database_cidrs } } : {},
  )

  ingress_values = [
    for ingress in [var.ingress] : {
      apiServer = { networkPolicy = { ingress = { from = [for cidr in local._balancer_cidrs : { ipBlock = { cidr = cidr } }] } } }
      config    = { api = { base_url = "https://{{ .Values.team }}.${ingress.host}" } }
      ingress = {
        apiServer = {
          enabled          = true
          ingressClassName = "alb"
          pathType         = "Prefix"
          annotations = {
            "alb.ingress.kubernetes.io/certificate-arn"  = local.certificate_arn
            "alb.ingress.kubernetes.io/group.name"       = "airflow-${var.environment}"
            "alb.ingress.kubernetes.io/healthcheck-path" = "/api/v2/version"
            "alb.ingress.kubernetes.io/listen-ports"     = jsonencode([{ HTTPS = 443 }])
            "alb.ingress.kubernetes.io/scheme"           = ingress.public ? "internet-facing" : "internal"
            "alb.ingress.kubernetes.io/ssl-policy"       = "ELBSecurityPolicy-TLS13-1-2-2021-06"
            "alb.ingress.kubernetes.io/target-type"      = "ip"
          }
          hosts = ["{{ .Values.team }}.${ingress.host}"]
        }
      }
    } if ingress != null
  ]
}

output "facts" {
  description = "Facts for the section `terraform` of the environment's environment.yaml."
  value       = local.facts
}

output "helm" {
  description = "Values of the Helm releases of the operators, as YAML: `external_secrets`, `karpenter` and `load_balancer_controller`."
  value = {
    external_secrets = yamlencode(merge(local.placement, {
      certController = local.placement
      serviceAccount = { name = local.pods["external-secrets"].service_account }
      webhook        = local.placement
    }))
    karpenter = yamlencode(merge(local.placement, {
      replicas       = 2
      serviceAccount = { name = local.pods["karpenter"].service_account }
      settings       = { clusterName = aws_eks_cluster.this.name, interruptionQueue = aws_sqs_queue.interruptions.name }
    }))
    load_balancer_controller = yamlencode(merge(local.placement, {
      clusterName    = aws_eks_cluster.this.name
      defaultTags    = { for name, value in local.tags : name => value if name != "managed-by" }
      enableShield   = false
      enableWaf      = false
      enableWafv2    = false
      region         = var.region
      serviceAccount = { name = local.pods["load-balancer-controller"].service_account }
      vpcId          = aws_vpc.this.id
    }))
  }
}

output "manifests" {
  description = "Manifests to apply once the operators run: NodePools, the class of volumes and the store of secrets."
  value = join("---\n", concat(
    [
      templatefile("${path.module}/manifests/cluster.yaml.tftpl", { environment = var.environment, region = var.region, store = local.store }),
      templatefile("${path.module}/manifests/node-class.yaml.tftpl", {
        image             = var.node_image
        instance_profile  = aws_iam_instance_profile.karpenter.name
        security_group_id = local.security_group_id
        subnet_ids        = local.subnet_ids.nodes
        tags              = local.tags
      }),
    ],
    [for name, class in var.classes : templatefile("${path.module}/manifests/node-pool.yaml.tftpl", { name = name, class = class })],
  ))
}

output "values" {
  description = "Values for the environment's values.yaml, as YAML: addresses for network policies, and the Ingress."
  value       = yamlencode(merge({ networkPolicies = local.network_policies }, local.ingress_values...))
}
