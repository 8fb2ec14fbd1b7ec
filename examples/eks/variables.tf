variable "account" {
  description = "AWS account id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account))
    error_message = "`account` must be a 12-digit AWS account id in quotes, not ${var.account}."
  }
}

variable "addon_versions" {
  description = "Versions of the add-ons. `aws eks describe-addon-versions --kubernetes-version 1.34` lists others."
  type        = map(string)
  nullable    = false
  default = {
    aws-ebs-csi-driver     = "v1.54.0-eksbuild.1"
    coredns                = "v1.12.4-eksbuild.1"
    eks-pod-identity-agent = "v1.3.10-eksbuild.2"
    kube-proxy             = "v1.34.1-eksbuild.2"
    vpc-cni                = "v1.21.1-eksbuild.1"
  }

  validation {
    condition     = toset(keys(var.addon_versions)) == toset(["aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"])
    error_message = "`addon_versions` must have exactly the keys aws-ebs-csi-driver, coredns, eks-pod-identity-agent, kube-proxy and vpc-cni, not ${join(", ", keys(var.addon_versions))}."
  }

  validation {
    condition     = alltrue([for version in values(var.addon_versions) : can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])
    error_message = "`addon_versions` must state versions such as v1.21.1-eksbuild.1, not ${join(", ", [for version in values(var.addon_versions) : version if !can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])}."
  }

  validation {
    condition     = !can(regex("^1\\.[0-9]{2}$", var.kubernetes_version)) || startswith(lookup(var.addon_versions, "kube-proxy", ""), "v${var.kubernetes_version}.")
    error_message = "`addon_versions.kube-proxy` must be a version for Kubernetes ${var.kubernetes_version}, not ${lookup(var.addon_versions, "kube-proxy", "missing")}."
  }
}

variable "admin_role_arns" {
  description = "ARNs of IAM roles that administer the cluster. No other role has access, not even the creator."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.admin_role_arns) > 0
    error_message = "`admin_role_arns` must name at least one role: otherwise the cluster could not be used."
  }

  validation {
    condition     = alltrue([for arn in var.admin_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "`admin_role_arns` must be ARNs of IAM roles such as arn:aws:iam::111122223333:role/admin, not ${join(", ", [for arn in var.admin_role_arns : arn if !can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])}."
  }
}

variable "api_client_cidrs" {
  description = "Networks, such as those of a VPN or of CI's runners, that reach the private Kubernetes API, in addition to the nodes."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.api_client_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "`api_client_cidrs` must be ranges of addresses such as 10.8.0.0/16, and not every address, not ${join(", ", [for cidr in var.api_client_cidrs : cidr if !can(cidrhost(cidr, 0)) || endswith(cidr, "/0")])}."
  }
}

variable "classes" {
  description = "Classes of nodes by name: `categories` of instances newer than a generation, `capacity` on-demand or spot, CPUs of the largest instance and of all together, a `local_disk`, and a `taint`, without which all pods may enter."
  type = map(object({
    capacity    = optional(string, "on-demand")
    categories  = list(string)
    cpu_limit   = number
    largest_cpu = optional(number, 32)
    local_disk  = optional(bool, false)
    newer_than  = optional(number, 5)
    taint       = optional(bool, true)
  }))
  nullable = false
  default = {
    general = { categories = ["c", "m", "r"], cpu_limit = 200, taint = false }
    gpu     = { categories = ["g"], cpu_limit = 64, newer_than = 4 }
    highmem = { categories = ["r"], cpu_limit = 128 }
    spark   = { capacity = "spot", categories = ["c", "m", "r"], cpu_limit = 400, local_disk = true }
  }

  validation {
    condition     = alltrue([for name in keys(var.classes) : can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", name)) && length(name) <= 63 && name != "platform"])
    error_message = "A name in `classes` must be a label of at most 63 lower-case letters, digits and dashes, other than platform, the class of the managed nodes: ${join(", ", keys(var.classes))}."
  }

  validation {
    condition     = anytrue([for class in values(var.classes) : !class.taint])
    error_message = "One of `classes` must have `taint = false`: otherwise pods that ask for no class find no node."
  }

  validation {
    condition     = alltrue([for class in values(var.classes) : contains(["on-demand", "spot"], class.capacity)])
    error_message = "`capacity` in `classes` must be on-demand or spot, not ${join(", ", [for class in values(var.classes) : class.capacity if !contains(["on-demand", "spot"], class.capacity)])}."
  }

  validation {
    condition     = alltrue([for class in values(var.classes) : class.largest_cpu >= 4 && class.cpu_limit >= class.largest_cpu])
    error_message = "In `classes`, `largest_cpu` must be at least 4, and `cpu_limit` at least `largest_cpu`: ${join(", ", [for name, class in var.classes : name if class.largest_cpu < 4 || class.cpu_limit < class.largest_cpu])}."
  }
}

variable "cost_center" {
  description = "Cost center that pays for the cluster: the tag `cost-center` of all resources."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,63}$", var.cost_center))
    error_message = "`cost_center` must consist of 1 to 63 letters, digits, dots, dashes and underscores, not ${var.cost_center}."
  }
}

variable "database_subnets" {
  description = "Whether databases in RDS get two subnets, which are in the facts; without them each team's database is a pod."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.database_subnets || var.environment != "prod"
    error_message = "`database_subnets` must be true in prod, where databases are in RDS."
  }
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod, and of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment)) && length(var.environment) <= 20
    error_message = "`environment` must consist of at most 20 lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "ingress" {
  description = "Host name below which teams have theirs, with an existing `certificate_arn` or the hosted zone for a new one; `public` for a load balancer with public addresses. Null: people forward a port."
  type = object({
    certificate_arn = optional(string)
    host            = string
    public          = optional(bool, false)
    zone_id         = optional(string)
  })
  default = null

  validation {
    condition     = var.ingress == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]+$", var.ingress.host))
    error_message = "`ingress.host` must be a host name such as airflow.example.com, not ${try(var.ingress.host, "null")}."
  }

  validation {
    condition     = var.ingress == null || (try(var.ingress.certificate_arn, null) == null) != (try(var.ingress.zone_id, null) == null)
    error_message = "`ingress` must have either `certificate_arn` or `zone_id`, the hosted zone in which a new certificate is validated."
  }

  validation {
    condition     = try(var.ingress.certificate_arn, null) == null || can(regex("^arn:[a-z-]+:acm:${var.region}:[0-9]{12}:certificate/.+$", var.ingress.certificate_arn))
    error_message = "`ingress.certificate_arn` must be a certificate of ACM in ${var.region}, not ${try(coalesce(var.ingress.certificate_arn), "null")}."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes, the same as `kubernetes.version` of environment.yaml."
  type        = string
  default     = "1.34"
  nullable    = false

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "`kubernetes_version` must be a minor version in quotes, such as \"1.34\", not ${var.kubernetes_version}."
  }
}

variable "log_retention_days" {
  description = "Days for which CloudWatch keeps logs of the control plane."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096], var.log_retention_days)
    error_message = "`log_retention_days` must be a number of days that CloudWatch offers (30, 60, 90, 120, 150, 180, 365, 400, 545, 731 or 1096), not ${var.log_retention_days}."
  }
}

variable "network" {
  description = "Range of the network, its two or three zones, a NAT gateway in each of them or one for all, and the range of Services."
  type = object({
    cidr         = string
    nat_per_zone = optional(bool, false)
    service_cidr = optional(string, "172.20.0.0/16")
    zones        = list(string)
  })
  nullable = false

  validation {
    condition     = can(cidrhost(var.network.cidr, 0)) && can(regex("/1[6-9]$", var.network.cidr))
    error_message = "`network.cidr` must be a range of addresses from /16 to /19, such as 10.20.0.0/16, not ${var.network.cidr}."
  }

  validation {
    condition     = contains([2, 3], length(distinct(var.network.zones))) && length(distinct(var.network.zones)) == length(var.network.zones)
    error_message = "`network.zones` must be two or three different zones, not ${join(", ", var.network.zones)}."
  }

  validation {
    condition     = alltrue([for zone in var.network.zones : startswith(zone, var.region)])
    error_message = "`network.zones` must be in ${var.region}, not ${join(", ", [for zone in var.network.zones : zone if !startswith(zone, var.region)])}."
  }

  validation {
    condition     = can(cidrhost(var.network.service_cidr, 0)) && can(regex("/(1[2-9]|2[0-4])$", var.network.service_cidr))
    error_message = "`network.service_cidr` must be a range of addresses from /12 to /24, such as 172.20.0.0/16, not ${var.network.service_cidr}."
  }
}

variable "node_image" {
  description = "Image of Karpenter's nodes: an alias of Karpenter with a version, so that nodes are replaced when it changes."
  type        = string
  default     = "al2023@v20251110"
  nullable    = false

  validation {
    condition     = can(regex("^(al2023|bottlerocket)@v[0-9.]+$", var.node_image))
    error_message = "`node_image` must be al2023 or bottlerocket with a version, such as al2023@v20251110, not ${var.node_image}."
  }
}

variable "partition" {
  description = "AWS partition."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = contains(["aws", "aws-us-gov"], var.partition)
    error_message = "`partition` must be aws or aws-us-gov, not ${var.partition}: in aws-cn, services have other names."
  }
}

variable "platform_nodes" {
  description = "Number and types of the managed nodes, on which only DNS, Karpenter and the other operators run."
  type = object({
    count          = optional(number, 2)
    instance_types = optional(list(string), ["m7i.large", "m6i.large"])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(2, 11), var.platform_nodes.count)
    error_message = "`platform_nodes.count` must be a whole number from 2 to 10, so that DNS and Karpenter survive the loss of a node, not ${var.platform_nodes.count}."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "`region` must be an AWS region such as eu-central-1, not ${var.region}."
  }
}

variable "secret_key_arns" {
  description = "ARNs of the KMS keys that encrypt the environment's secrets. None: the key with the alias airflow-<environment>, which terraform/bootstrap makes later."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.secret_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", arn))])
    error_message = "`secret_key_arns` must be ARNs of KMS keys, and not of aliases, not ${join(", ", [for arn in var.secret_key_arns : arn if !can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", arn))])}."
  }
}
