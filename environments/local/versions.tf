terraform {
  required_version = ">= 1.11"

  # `python -m scripts terraform local` puts the state beside the local cluster, or, for a cluster
  # of yours, into a file of that context: -backend-config=path=…
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
