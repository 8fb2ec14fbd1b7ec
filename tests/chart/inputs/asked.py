"""Questions about an outcome that several kinds of inputs share."""

from collections.abc import Mapping
from typing import Any

from scripts.manifests.network_policies import End, address, selects
from tests.chart.cases import Case
from tests.chart.outcomes import Outcome, outcome
from tests.rendered import Manifests

# The components that write to Airflow's database, besides the Job of its migrations.
CALLERS_OF_THE_DATABASE = ("api-server", "scheduler", "dag-processor", "triggerer")
MIGRATIONS = "run-airflow-migrations"


def answered(values: Mapping[str, Any]) -> Outcome:
    """Return the outcome of values; fail when it is a stack, or when the schema alone answers."""
    found = outcome(values)
    assert not found.fault
    assert not found.is_schema_error, found.error
    return found


def assert_refused(values: Mapping[str, Any], *texts: str) -> None:
    """Fail unless a sentence of the refusal has all of these texts."""
    found = answered(values)
    assert found.refuses(*texts), found.sentences or "the values are accepted"


def rendered(values: Mapping[str, Any] | None = None) -> Manifests:
    """Return the manifests of values; fail with the refusal if there is one."""
    return outcome(values).manifests


def reaching(manifests: Manifests, target: str | End, port: int, protocol: str = "TCP") -> set[str]:
    """The components whose policies let them reach an address, or a pod elsewhere."""
    case = Case(manifests)
    end = address(target) if isinstance(target, str) else target
    return {
        name
        for name, source in case.ends.items()
        if case.network.allows(source, end, port, protocol)
    }


def execution_url(manifests: Manifests) -> str:
    """The address by which tasks reach the execution API."""
    return manifests.configuration["core"]["execution_api_server_url"]


def probes(manifests: Manifests, component: str = "api-server") -> dict[str, Mapping[str, Any]]:
    """The HTTP requests of a component's probes, by probe."""
    main = manifests.pod(component).main.spec
    kinds = ("startupProbe", "readinessProbe", "livenessProbe")
    return {kind: main[kind]["httpGet"] for kind in kinds}


def in_namespaces(manifests: Manifests, kind: str, name: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind and name by the namespace that they are in."""
    found = [one for one in manifests.of(kind) if one["metadata"]["name"] == name]
    return {one["metadata"]["namespace"]: one for one in found}


def first_containers(manifests: Manifests, component: str) -> list[str]:
    """The names of a pod's init containers, in their order."""
    return [one.name for one in manifests.pod(component).containers if one.is_init]


def policies_of(manifests: Manifests, component: str) -> list[Mapping[str, Any]]:
    """The NetworkPolicies that select the pod of a component."""
    labels = manifests.pod(component).labels
    policies = manifests.of("NetworkPolicy")
    return [one for one in policies if selects(one["spec"]["podSelector"], labels)]
