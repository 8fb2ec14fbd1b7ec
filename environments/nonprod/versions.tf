terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95, < 7"
    }
    datadog = {
      source  = "DataDog/datadog"
      version = ">= 4.4, < 5"
    }
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
