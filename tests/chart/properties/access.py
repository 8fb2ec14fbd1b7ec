"""Properties of Secrets, ServiceAccounts and roles."""

from collections.abc import Mapping
from typing import Any

from scripts.manifests import identity
from tests.chart.cases import Case

Checked = Mapping[str, Any]
# Tasks name it, and Kubernetes mounts its token.
LAUNCHER = "airflow-pod-launcher"


def pods_read_exactly_the_secrets_of_the_table(case: Case) -> Checked:
    wanted = {
        component: {
            (case.secret(name), row["key"])
            for name, row in case.tables.secrets.items()
            if component in row["readers"]
        }
        for component in case.pods
    }
    return {component: case.readable(component) ^ keys for component, keys in wanted.items()}


def task_pods_have_no_secret_of_the_platform(case: Case) -> Checked:
    task = case.pods["worker"]
    volumes = task.volumes.values()
    variables = {row.get("variable") for row in case.tables.secrets.values()}
    return {
        "keys": case.readable("worker"),
        "variables": variables & task.main.env.keys(),
        "volumes": [volume for volume in volumes if "secret" in volume or "projected" in volume],
    }


def secrets_are_in_the_variable_of_their_row(case: Case) -> Checked:
    def wrong(component: str, row: Mapping[str, Any]) -> bool:
        source = case.pods[component].main.env.get(row["variable"])
        return not source or source["secretKeyRef"]["key"] != row["key"]

    return {
        f"{component}: {name}": wrong(component, row)
        for name, row in case.tables.secrets.items()
        for component in row["readers"]
        if component in case.pods and "variable" in row
    }


def accounts_have_a_token_exactly_if_they_have_a_role(case: Case) -> Checked:
    bound = {s["name"] for one in case.manifests.of("RoleBinding") for s in one["subjects"]}
    holding = {pod.service_account for pod in case.manifests.pods() if pod.has_token}
    return {
        name: (name in bound) != (name in holding)
        for name in bound | {pod.service_account for pod in case.manifests.pods()}
        if name != LAUNCHER
    }


def tokens_expire_after_an_hour(case: Case) -> Checked:
    # The API server extends one of 3607 s, Kubernetes' own default, to a year.
    return {str(pod): pod.token_seconds != [3600] for pod in case.manifests.pods() if pod.has_token}


def roles_have_no_wildcard(case: Case) -> Checked:
    return {
        identity(role): [rule for rule in role["rules"] if "*" in str(rule)]
        for role in case.manifests.of("Role", "ClusterRole")
    }
