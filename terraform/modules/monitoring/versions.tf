terraform {
  required_version = ">= 1.11"

  required_providers {
    datadog = {
      source  = "datadog/datadog"
      version = ">= 4.4, < 5"
    }
  }
}
