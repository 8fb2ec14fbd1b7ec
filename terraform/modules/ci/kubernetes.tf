# Rights of CI in the cluster: its group has few everywhere, and those of a deployment in the namespaces of teams.

locals {
  group      = "${local.name}-ci"
  plan_group = "${local.name}-plan"

  # Resources that Terraform, the chart's releases and the Roles in them need in the namespaces of a team, by API group.
  resources = {
    ""                           = ["configmaps", "events", "limitranges", "persistentvolumeclaims", "pods", "pods/exec", "pods/log", "resourcequotas", "secrets", "serviceaccounts", "services"]
    apps                         = ["deployments", "replicasets", "statefulsets"]
    autoscaling                  = ["horizontalpodautoscalers"]
    batch                        = ["cronjobs", "jobs", "jobs/status"]
    "cilium.io"                  = ["ciliumnetworkpolicies"]
    "external-secrets.io"        = ["externalsecrets"]
    "gateway.networking.k8s.io"  = ["httproutes"]
    "keda.sh"                    = ["scaledobjects", "triggerauthentications"]
    "monitoring.coreos.com"      = ["prometheusrules", "servicemonitors"]
    "networking.k8s.io"          = ["ingresses", "networkpolicies"]
    policy                       = ["poddisruptionbudgets"]
    "rbac.authorization.k8s.io"  = ["rolebindings", "roles"]
    "secrets-store.csi.x-k8s.io" = ["secretproviderclasses"]
    "sparkoperator.k8s.io"       = ["sparkapplications", "sparkapplications/status"]
  }

  # Resources that the check for drift compares: no subresources, of which some act on a request to read.
  compared = { for group, names in local.resources : group => [for name in names : name if !strcontains(name, "/")] }
}
