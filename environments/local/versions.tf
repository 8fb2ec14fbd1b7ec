terraform {
  required_version = ">= 1.11"

  # `python -m scripts terraform local` sets the path (-backend-config=path=…): the state of the local
  # node is next to it, and each other kubeconfig context has a file of its own.
  backend "local" {}

  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = ">= 3.1, < 4"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 3.0, < 4"
    }
  }
}
