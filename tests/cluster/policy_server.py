"""A bare API server with charts/admission: pods that it admits, with the table of the tests."""

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from tests.admission.pods import NAMESPACES
from tests.cluster.bare_api_server import Answer, BareApiServer
from tests.rendered import Manifests

POLICIES = "/apis/admissionregistration.k8s.io/v1"
ROLES = "/apis/rbac.authorization.k8s.io/v1"
PATHS = {
    "MutatingAdmissionPolicy": f"{POLICIES}/mutatingadmissionpolicies",
    "MutatingAdmissionPolicyBinding": f"{POLICIES}/mutatingadmissionpolicybindings",
    "ValidatingAdmissionPolicy": f"{POLICIES}/validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": f"{POLICIES}/validatingadmissionpolicybindings",
    "ClusterRole": f"{ROLES}/clusterroles",
    "ClusterRoleBinding": f"{ROLES}/clusterrolebindings",
}
LABEL = "admission.airflow-on-kubernetes/release"
RELEASE = "platform.admission"
# A namespace without the label of the release.
OUTSIDE = "outside"
DAEMONS = "system:serviceaccount:kube-system:daemon-set-controller"
RIGHT = {"team": "payments", "cost-center": "4711"}
SECONDS = 30


class PolicyServer:
    """The server and the namespaces of the table."""

    def __init__(self, server: BareApiServer) -> None:
        self.server = server

    def prepare(self) -> None:
        """Create namespaces, accounts, classes of priority and runtime, and rights of users."""
        for name in (*NAMESPACES, OUTSIDE):
            self.namespace(name, RELEASE if name != OUTSIDE else "")
        for name, value in (("batch", 1000), ("urgent", 2000)):
            self._create("/apis/scheduling.k8s.io/v1/priorityclasses", name, value=value)
        for name in ("nvidia", "sandbox"):
            overhead = {"podFixed": {"cpu": "100m"}}
            path = "/apis/node.k8s.io/v1/runtimeclasses"
            self._create(path, name, handler="runc", overhead=overhead)
        users = [{"kind": "User", "name": DAEMONS}, {"kind": "Group", "name": "system:nodes"}]
        for one in users:
            one["apiGroup"] = "rbac.authorization.k8s.io"
        role = {"apiGroup": users[0]["apiGroup"], "kind": "ClusterRole", "name": "cluster-admin"}
        self._create(PATHS["ClusterRoleBinding"], "test", subjects=users, roleRef=role)

    def namespace(self, name: str, release: str) -> None:
        """Create a namespace with its ServiceAccounts; a release labels it."""
        self.server.apply(
            "/api/v1/namespaces",
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name, "labels": {LABEL: release} if release else {}},
            },
        )
        for account in ("default", "spark-driver"):
            self._create(f"/api/v1/namespaces/{name}/serviceaccounts", account)

    def install(self, manifests: Manifests) -> None:
        """Apply the objects of a release."""
        for one in manifests.objects:
            self.server.apply(PATHS[one["kind"]], one)

    def remove(self, manifests: Manifests, *kinds: str) -> None:
        """Delete the objects of a release, or those of some kinds."""
        for one in manifests.of(*kinds) if kinds else manifests.objects:
            self.server.request("DELETE", f"{PATHS[one['kind']]}/{one['metadata']['name']}")

    def create(
        self,
        namespace: str,
        pod: Mapping[str, Any],
        *,
        user: str = "",
        group: str = "",
        dry_run: bool = True,
    ) -> Answer:
        """Create a pod with a generated name."""
        body = {"apiVersion": "v1", "kind": "Pod", **deepcopy(dict(pod))}
        body["metadata"] = {**body["metadata"], "generateName": "pod-"}
        query = "?dryRun=All" if dry_run else ""
        path = f"/api/v1/namespaces/{namespace}/pods{query}"
        return self.server.request("POST", path, body, user=user, group=group)

    def relabel(self, namespace: str, name: str, labels: Mapping[str, str]) -> Answer:
        """Replace the labels of a pod, as a trial."""
        change = [{"op": "add", "path": "/metadata/labels", "value": dict(labels)}]
        path = f"/api/v1/namespaces/{namespace}/pods/{name}?dryRun=All"
        return self.server.request("PATCH", path, change, kind="json-patch+json")

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until policies are in effect, which is some time after they were applied."""
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, "the policies did not come into effect"
            time.sleep(0.1)

    def is_in_effect(self) -> bool:
        """Whether both policies work in a namespace of the table."""
        placed = self.create("payments", pod_of({**RIGHT, "workload-class": "highmem"}))
        refused = self.create("payments", pod_of({}))
        return "nodeSelector" in placed.body.get("spec", {}) and refused.status == 422

    def _create(self, path: str, name: str, **fields: Any) -> None:
        self.server.request("POST", path, {"metadata": {"name": name}, **fields})


def pod_of(labels: Mapping[str, str], spec: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A pod with labels."""
    container = {"name": "base", "image": "example.test/image"}
    body = {"automountServiceAccountToken": False, "containers": [container], **(spec or {})}
    return {"metadata": {"labels": dict(labels)}, "spec": body}
