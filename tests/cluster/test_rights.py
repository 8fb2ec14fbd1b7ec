"""The API server allows each account exactly the verbs and resources of its Roles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from kubernetes import client

from scripts.releases.render import release_manifests
from tests.cluster.airflow import Airflow
from tests.rendered import Manifests

VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
# Resources that tasks and components use, and those that would let them escalate.
RESOURCES = (
    ("", "pods"),
    ("", "pods/log"),
    ("", "pods/exec"),
    ("", "pods/ephemeralcontainers"),
    ("", "secrets"),
    ("", "configmaps"),
    ("", "events"),
    ("", "services"),
    ("", "persistentvolumeclaims"),
    ("", "serviceaccounts"),
    ("", "serviceaccounts/token"),
    ("", "nodes"),
    ("", "namespaces"),
    ("apps", "deployments"),
    ("batch", "jobs"),
    ("networking.k8s.io", "networkpolicies"),
    ("rbac.authorization.k8s.io", "roles"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
)
Right = tuple[str, str, str, str, str]


@pytest.fixture(scope="module")
def manifests(airflow: Airflow) -> Manifests:
    return Manifests(release_manifests(airflow.release))


@pytest.fixture(scope="module")
def rights(airflow: Airflow, manifests: Manifests) -> dict[Right, bool]:
    """The permissions of every account, by verb, resource and namespace, from the API server."""
    review = client.AuthorizationV1Api(airflow.main.api)
    asked = list(questions(airflow, manifests))

    def ask(right: Right) -> bool:
        account, namespace, verb, group, resource = right
        name, _, sub = resource.partition("/")
        attributes = client.V1ResourceAttributes(
            group=group, resource=name, subresource=sub or None, verb=verb, namespace=namespace
        )
        spec = client.V1SubjectAccessReviewSpec(
            user=f"system:serviceaccount:{account}",
            groups=["system:serviceaccounts", "system:authenticated"],
            resource_attributes=attributes,
        )
        body = client.V1SubjectAccessReview(spec=spec)
        return review.create_subject_access_review(body).status.allowed

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(asked, pool.map(ask, asked), strict=True))


def questions(airflow: Airflow, manifests: Manifests) -> Iterator[Right]:
    accounts = [
        f"{one['metadata']['namespace']}:{one['metadata']['name']}"
        for one in manifests.of("ServiceAccount")
    ]
    accounts += [f"{airflow.main.name}:default", f"{airflow.tasks.name}:default"]
    namespaces = (airflow.main.name, airflow.tasks.name, "kube-system")
    for account, namespace, verb, (group, name) in product(accounts, namespaces, VERBS, RESOURCES):
        yield account, namespace, verb, group, name


def granted(manifests: Manifests) -> set[Right]:
    """Permissions of the Roles of the release."""
    roles = {
        (role["metadata"]["namespace"], role["metadata"]["name"]): role["rules"]
        for role in manifests.of("Role")
    }
    return {
        (f"{subject['namespace']}:{subject['name']}", where, verb, group, resource)
        for binding in manifests.of("RoleBinding")
        for where in [binding["metadata"]["namespace"]]
        for subject in binding["subjects"]
        for rule in roles[where, binding["roleRef"]["name"]]
        if not rule.get("resourceNames")
        for verb, group, resource in product(rule["verbs"], rule["apiGroups"], rule["resources"])
    }


def test_every_account_has_exactly_the_permissions_of_its_roles(
    manifests: Manifests, rights: dict[Right, bool]
) -> None:
    assert {right for right, allowed in rights.items() if allowed} == granted(manifests)


def test_thousands_of_permissions_are_checked(rights: dict[Right, bool]) -> None:
    assert len(rights) > 4000
