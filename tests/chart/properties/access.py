"""Properties of Secrets, ServiceAccounts and roles."""

from collections.abc import Mapping
from typing import Any

from scripts.manifests import identity
from tests.chart.cases import Case
from tests.rendered import Pod

Checked = Mapping[str, Any]
# Tasks name it, and Kubernetes mounts its token.
LAUNCHER = "airflow-pod-launcher"


def pods_read_exactly_the_secrets_of_the_table(case: Case) -> Checked:
    def wanted(pod: Pod) -> set[tuple[str, str]]:
        rows = case.tables.secrets.items()
        return {(case.secret(n), row["key"]) for n, row in rows if pod.component in row["readers"]}

    return {str(pod): case.readable(pod) ^ wanted(pod) for pod in case.manifests.pods()}


def task_pods_have_no_secret_of_the_platform(case: Case) -> Checked:
    """Neither a key, nor a variable of that name, nor a volume that could hold one."""
    variables = {row.get("variable") for row in case.tables.secrets.values()}

    def found(pod: Pod) -> list[Any]:
        projected = [v["projected"]["sources"] for v in pod.volumes.values() if "projected" in v]
        mounted = [v for v in pod.volumes.values() if "secret" in v]
        mounted += [source for sources in projected for source in sources if "secret" in source]
        return [*case.readable(pod), *(variables & pod.main.env.keys()), *mounted]

    return {str(pod): found(pod) for pod in case.manifests.pods() if pod.component == "worker"}


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
    # A role of OpenShift lets pods run, and gives no access to the API.
    bindings = [b for b in case.manifests.of("RoleBinding") if b["roleRef"]["kind"] == "Role"]
    bound = {subject["name"] for one in bindings for subject in one["subjects"]}
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
