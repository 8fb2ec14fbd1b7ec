"""Stand-ins for Terraform providers, for machines that cannot reach a provider registry.

They serve `environments/local` and the tests, nothing else. Terraform starts them under the
addresses of the real providers; their schemas are a part of the real ones, and what they do is
real: they run Helm and speak to the Kubernetes API.
"""
