"""Stand-ins for Terraform providers, for machines that cannot reach a provider registry.

They serve `environments/local` and the tests only. Terraform starts them under the addresses of the
real providers. Their schemas are a subset of the real ones; they run the real Helm and use the real
Kubernetes API.
"""
