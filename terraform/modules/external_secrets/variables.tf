variable "cluster" {
  description = "EKS cluster of the operator: its name, AWS account, region and partition."
  type = object({
    name      = string
    account   = string
    region    = string
    partition = optional(string, "aws")
  })
  nullable = false
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.environment))
    error_message = "`environment` must consist of lower-case letters, digits and dashes, and start with a letter, not ${var.environment}."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key of the environment's secrets."
  type        = string
  nullable    = false
}

variable "mode" {
  description = "How the operator gets its role: `pod_identity`, or `irsa` for clusters without the Pod Identity agent."
  type        = string
  default     = "pod_identity"
  nullable    = false

  validation {
    condition     = contains(["pod_identity", "irsa"], var.mode)
    error_message = "`mode` must be pod_identity or irsa, not ${var.mode}."
  }
}

variable "oidc" {
  description = "OIDC provider of the cluster: its ARN in IAM and the issuer URL. Required with `mode = \"irsa\"`."
  type = object({
    provider_arn = string
    issuer       = string
  })
  default = null

  validation {
    condition     = var.mode != "irsa" || var.oidc != null
    error_message = "`oidc` is required when `mode` is irsa. Set `provider_arn` and `issuer`; `aws eks describe-cluster` shows the issuer."
  }
}

variable "operator" {
  description = "Namespace and ServiceAccount of the External Secrets Operator."
  type = object({
    namespace       = optional(string, "external-secrets")
    service_account = optional(string, "external-secrets")
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in values(var.operator) : can(regex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", name))])
    error_message = "`operator` must have the names of a namespace and of a ServiceAccount, without *: ${var.operator.namespace}, ${var.operator.service_account}."
  }
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary of the role."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
