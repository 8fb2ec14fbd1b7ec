"""Properties of Secrets, ServiceAccounts and roles."""

import re
from collections.abc import Mapping
from typing import Any

from scripts.manifests import identity
from tests.chart.cases import Case
from tests.rendered import Container, Pod

Checked = Mapping[str, Any]
# Tasks and the pods that they launch name them, and Kubernetes mounts their tokens.
LAUNCHED = ("airflow-pod-launcher", "airflow-spark")

# Secrets that are mounted with all of their keys.
WHOLE = {"pgbouncer-config", "pgbouncer-users", "pgbouncer-certificates"}


def pods_read_exactly_the_secrets_of_the_table(case: Case) -> Checked:
    def wanted(pod: Pod) -> set[tuple[str, str]]:
        rows = case.tables.secrets.items()
        return {
            (case.secret(name), "*" if name in WHOLE else row["key"])
            for name, row in rows
            if pod.component in row["readers"] and case.has_secret(name)
        }

    return {str(pod): case.readable(pod) ^ wanted(pod) for pod in case.manifests.pods()}


def task_pods_have_no_secret_of_the_platform(case: Case) -> Checked:
    """Neither a key, nor a variable of that name, nor a mount where Dags run that may hold one."""
    variables = {row.get("variable") for row in case.tables.secrets.values()}

    def found(pod: Pod) -> list[Any]:
        projected = [v["projected"]["sources"] for v in pod.volumes.values() if "projected" in v]
        mounted = [v for v in pod.volumes.values() if "secret" in v]
        visible = {mount["name"] for mount in pod.main.mounts.values()}
        mounted = [volume for volume in mounted if volume["name"] in visible]
        mounted += [source for sources in projected for source in sources if "secret" in source]
        return [*case.readable(pod), *(variables & pod.main.env.keys()), *mounted]

    # Celery workers have the same label, but they are Deployments, and need the broker.
    workers = [pod for pod in case.manifests.pods() if pod.component == "worker"]
    pods = [pod for pod in workers if not pod.owner.startswith("Deployment/")]
    return {str(pod): found(pod) for pod in pods} or {"no pods of tasks": []}


def secrets_are_in_the_variable_of_their_row(case: Case) -> Checked:
    def wrong(component: str, row: Mapping[str, Any]) -> bool:
        source = case.pods[component].main.env.get(row["variable"])
        return not source or source["secretKeyRef"]["key"] != row["key"]

    return {
        f"{component}: {name}": wrong(component, row)
        for name, row in case.tables.secrets.items()
        for component in row["readers"]
        if component in case.pods and "variable" in row and case.has_secret(name)
    }


def arguments_refer_to_no_secret(case: Case) -> Checked:
    """Neither Kubernetes nor a shell may put a secret into arguments, which `ps` shows."""

    def named(container: Container) -> list[str]:
        secrets = [
            name
            for name, source in container.env.items()
            if isinstance(source, Mapping) and "secretKeyRef" in source
        ]
        text = "\n".join(container.arguments)
        # The shell writes a here-document to the standard input of a program.
        text = re.sub(r"<<(\w+)\n.*?\n\1\b", "", text, flags=re.DOTALL)
        return [name for name in secrets if re.search(rf"\$[({{]?{re.escape(name)}\b", text)]

    return {f"{pod}: {one.name}": named(one) for pod, one in case.manifests.containers()}


def accounts_have_a_token_exactly_if_they_have_a_role(case: Case) -> Checked:
    # A role of OpenShift lets pods run, and gives no access to the API.
    bindings = [b for b in case.manifests.of("RoleBinding") if b["roleRef"]["kind"] == "Role"]
    bound = {subject["name"] for one in bindings for subject in one["subjects"]}
    holding = {pod.service_account for pod in case.manifests.pods() if pod.has_token}
    return {
        name: (name in bound) != (name in holding)
        for name in bound | {pod.service_account for pod in case.manifests.pods()}
        if name not in LAUNCHED
    }


def tokens_expire_after_an_hour(case: Case) -> Checked:
    # The API server extends one of 3607 s, Kubernetes' own default, to a year.
    return {str(pod): pod.token_seconds != [3600] for pod in case.manifests.pods() if pod.has_token}


def roles_have_no_wildcard(case: Case) -> Checked:
    return {
        identity(role): [rule for rule in role["rules"] if "*" in str(rule)]
        for role in case.manifests.of("Role", "ClusterRole")
    }
