"""Whatever is switched on or off, pods reach each other and the world as the table says."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from scripts.manifests.network_policies import address
from tests.chart.cases import Case, merged, policies
from tests.conftest import Render

COMPONENTS = ("apiServer", "scheduler", "dagProcessor", "triggerer", "createUserJob")
SWITCHES: tuple[dict[str, Any], ...] = (
    {"allowPodLaunching": True},
    {"apiServer": {"allowPodLogReading": False}},
    {"config": {"logging": {"remote_logging": True}}},
    {"logs": {"persistence": {"enabled": True}}},
    {"tasks": {"namespace": "airflow-tasks"}},
    {"networkPolicies": {"internet": {"enabled": False}}},
    {"networkPolicies": {"egress": {"worker": {"metrics": False, "smtp": True}}}},
    {"networkPolicies": {"destinations": {"smtp": {"cidrs": ["10.7.0.0/16"]}}}},
    {"dagProcessor": {"dagBundleConfigList": [{"name": "git", "classpath": "a.GitDagBundle"}]}},
)
PORTS = (22, 80, 443, 587, 5432)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    off=some.sets(some.sampled_from(COMPONENTS)), on=some.sets(some.integers(0, len(SWITCHES) - 1))
)
def test_pods_and_places_are_reached_exactly_as_the_table_says(
    render: Render, tables: Mapping[str, Any], off: set[str], on: set[int]
):
    values: dict[str, Any] = {name: {"enabled": name not in off} for name in COMPONENTS}
    for number in sorted(on):
        values = merged(values, SWITCHES[number])
    case = Case(render(values), tables, "airflow", "10.0.0.1", policies=policies([values]))
    network = case.network
    inside = [
        way
        for way in case.meetings()
        if network.allows(case.ends[way[0]], case.ends[way[1]], way[2])
        != (case.calls(way[0], way[1]) and way[2] == case.port(way[1]))
    ]
    outside = [
        (caller, target, port)
        for caller, target, port in product(case.ends, {"8.8.8.8", *case.addresses()}, PORTS)
        if network.allows(case.ends[caller], address(target), port)
        != case.should_reach(caller, target, port)
    ]
    assert (inside, outside) == ([], [])
