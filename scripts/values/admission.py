"""The model of all values of charts/admission: the table of classes and teams."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Image, Object, Resources, Text


class Toleration(Block):
    """A taint that pods of a class tolerate, as Kubernetes defines it."""

    key: str = ""
    """Key of the taint; empty with the operator Exists means every key."""
    operator: Literal["Equal", "Exists"] = "Equal"
    """Equal or Exists."""
    value: str = ""
    """Value of the taint, for the operator Equal."""
    effect: Literal["", "NoSchedule", "PreferNoSchedule", "NoExecute"] = ""
    """NoSchedule, PreferNoSchedule or NoExecute; empty means all of them."""


class Requirement(Block):
    """A requirement on labels of nodes, as Kubernetes defines it."""

    key: str
    """Label of nodes."""
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]
    """In, NotIn, Exists, DoesNotExist, Gt or Lt."""
    values: list[str] = []
    """Values of the label; empty for Exists and DoesNotExist."""


class Preference(Block):
    """Requirements of a preferred term."""

    match_expressions: list[Requirement]
    """Requirements that all hold."""


class Preferred(Block):
    """A preferred term, as Kubernetes defines it."""

    weight: int = Field(ge=1, le=100)
    """Weight, 1 to 100."""
    preference: Preference
    """Requirements on labels of nodes."""


class NodeAffinity(Block):
    """Node affinity of a class."""

    required: list[Requirement] = []
    """Requirements that all hold, in addition to those of the pod."""
    preferred: list[Preferred] = []
    """Preferred terms, in addition to those of the pod."""


class Class(Block):
    """A class of pods: what pods with its label get."""

    tolerations: list[Toleration] = []
    """Taints that the pods tolerate."""
    node_affinity: NodeAffinity = NodeAffinity()
    """Node affinity that the pods get."""
    node_selector: Text = {}
    """Labels that nodes must have."""
    priority_class_name: str = ""
    """PriorityClass of pods that name none."""
    runtime_class_name: str = ""
    """RuntimeClass of the pods."""
    requests: dict[Literal["cpu", "memory", "ephemeral-storage"], str] = {}
    """Lowest requests of the first container, as quantities."""
    annotations: Text = {}
    """Annotations of pods that do not have them."""


class Team(Block):
    """A team: its namespaces, and what its pods may use."""

    namespaces: list[str]
    """Namespaces of the team, each of one team only."""
    cost_centers: list[str] = []
    """Values of the cost center's label that pods may have."""
    classes: list[str] = []
    """Classes that pods may have."""
    service_accounts: list[str] = []
    """ServiceAccounts that may use the classes; empty means all of the namespaces."""


class Labels(Block):
    """Labels of pods that the policies read."""

    team: str = "team"
    """Label with the team."""
    cost_center: str = "cost-center"
    """Label with the cost center."""
    # `class` is a keyword of Python.
    class_: str = Field(default="workload-class", alias="class")
    """Label with the class."""


class RequiredLabels(Block):
    """Labels without which a pod is refused."""

    team: bool = True
    """Refuse pods without the label of a team."""
    cost_center: bool = True
    """Refuse pods without the label of a cost center."""


class NamespaceLabel(Block):
    """Label of namespaces whose pods the policies check; only cluster administrators may set it."""

    key: str = "admission.airflow-on-kubernetes/release"
    """Label that a namespace has."""
    value: str = ""
    """Value of the label; empty means `<namespace>.<name>` of this release."""


class Exempt(Block):
    """Users whose pods are neither changed nor refused, by identity."""

    users: list[str] = ["system:serviceaccount:kube-system:daemon-set-controller"]
    """Names of users; a pod of a DaemonSet is bound to a node."""
    groups: list[str] = ["system:nodes"]
    """Groups of users; nodes create mirror pods of static pods."""


class Permissions(Block):
    """Permission to use a class: verb `use` on `workloadclasses` for the pod's ServiceAccount."""

    enabled: bool = True
    """Refuse a class that the pod's ServiceAccount has no permission to use, and grant the
    permission to the ServiceAccounts of teams."""
    group: str = "admission.airflow-on-kubernetes"
    """API group of `workloadclasses` in ClusterRoles; the resource needs no definition."""


class Table(Block):
    """Classes and teams."""

    classes: dict[str, Class] = Field(
        default={},
        examples=[
            {
                "spark": {
                    "tolerations": [{"key": "spark", "operator": "Exists", "effect": "NoSchedule"}],
                    "nodeAffinity": {
                        "required": [{"key": "pool", "operator": "In", "values": ["spark"]}]
                    },
                }
            }
        ],
    )
    """Classes by name, the value of the class label: `tolerations`, `nodeAffinity` (`required`,
    `preferred`), `nodeSelector`, `priorityClassName`, `runtimeClassName`, `requests` (lowest
    requests of the first container) and `annotations`."""
    teams: dict[str, Team] = Field(
        default={},
        examples=[
            {
                "payments": {
                    "namespaces": ["airflow-payments"],
                    "costCenters": ["4711"],
                    "classes": ["spark"],
                }
            }
        ],
    )
    """Teams by name, the value of the team label: `namespaces`, `costCenters`, `classes` and
    `serviceAccounts` (those that may use the classes; empty means all of the namespaces)."""


class Policies(Block):
    """Policies."""

    mode: Literal["enforce", "audit"] = "enforce"
    """Refuse pods that break a rule (`enforce`), or only warn and record them in the audit log
    (`audit`). Pods get their placement in both modes."""
    engine: Literal["auto", "cel", "webhook"] = "auto"
    """Program that changes pods: `cel` is MutatingAdmissionPolicy (Kubernetes 1.36 and newer),
    `webhook` is a server of this chart (all versions), and `auto` is `cel` where it exists."""
    contact: str = Field(default="", examples=["https://wiki.example.com/workload-classes"])
    """URL at the end of each refusal: where authors of Dags find help."""
    labels: Labels = Labels()
    """Labels of pods that the policies read."""
    required_labels: RequiredLabels = RequiredLabels()
    """Labels without which a pod is refused."""
    namespace_label: NamespaceLabel = NamespaceLabel()
    """Label of namespaces whose pods the policies check; only cluster administrators may set it."""
    exempt: Exempt = Exempt()
    """Users whose pods are neither changed nor refused, by identity."""
    permissions: Permissions = Permissions()
    """Permission to use a class: verb `use` on `workloadclasses` for the pod's ServiceAccount."""


class Certificate(Block):
    """Certificate of the webhook."""

    secret_name: str = Field(default="", examples=["admission-webhook-tls"])
    """Secret with `tls.crt` and `tls.key` for `webhook-<release>.<namespace>.svc`; if empty, a Job
    of the chart creates a certificate, and a CronJob renews it."""
    ca_bundle: str = Field(default="", examples=["-----BEGIN CERTIFICATE-----…"])
    """Certificates of the authority of that Secret, as PEM."""
    inject_from: str = Field(default="", examples=["platform/admission-webhook"])
    """Certificate of cert-manager (`<namespace>/<name>`) whose authority cert-manager writes into
    the configuration of the webhook, instead of `caBundle`."""


class Webhook(Block):
    """Server of the engine `webhook`."""

    image: Image = Image()
    """Image of the server, built from images/admission; the engine `webhook` needs it."""
    image_pull_secrets: list[Object] = []
    """Secrets for pulling the image, as Kubernetes defines them."""
    replicas: int = Field(default=2, ge=2)
    """Number of replicas, at least 2, so that one always answers."""
    resources: Resources = {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"memory": "128Mi"},
    }
    """Requests and limits of each replica, and of the Jobs of the certificate."""
    priority_class_name: str = "system-cluster-critical"
    """PriorityClass of the pods; GKE allows the default only in namespaces with a ResourceQuota
    for it."""
    node_selector: Text = {}
    """Labels of nodes on which the pods run."""
    tolerations: list[Object] = []
    """Tolerations of the pods, as Kubernetes defines them."""
    certificate: Certificate = Certificate()
    """Certificate of the webhook."""


class Server(Block):
    """Webhook, for the engine of this name."""

    webhook: Webhook = Webhook()
    """Server of the engine `webhook`."""


class AdmissionValues(Server, Policies, Table):
    """All values of the chart."""
