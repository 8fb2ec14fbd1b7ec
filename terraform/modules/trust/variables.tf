variable "cluster" {
  description = "EKS cluster of the pods: its name, AWS account, region and partition."
  type = object({
    name      = string
    account   = string
    region    = string
    partition = optional(string, "aws")
  })
  nullable = false
}

variable "mode" {
  description = "How pods get the role: `pod_identity` or `irsa`."
  type        = string
  nullable    = false
}

variable "namespace" {
  description = "Namespace of the pods."
  type        = string
  nullable    = false
}

variable "oidc" {
  description = "OIDC provider of the cluster, for `irsa`: its ARN in IAM."
  type        = object({ provider_arn = string })
  default     = null
}

variable "service_accounts" {
  description = "Names of the ServiceAccounts; with `pod_identity`, only the first, because each has an association of its own."
  type        = list(string)
  nullable    = false
}
