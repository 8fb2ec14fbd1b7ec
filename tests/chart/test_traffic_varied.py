"""With any switch on or off, policies allow what the table of components and values say."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.chart.cases import Case, merged, policies
from tests.chart.components import DEPLOYMENTS
from tests.chart.properties import offenders
from tests.conftest import Render

# Those that can be off while nothing takes their place.
COMPONENTS = (*(one.key for one in DEPLOYMENTS), "createUserJob")
SWITCHES: tuple[dict[str, Any], ...] = (
    {"allowPodLaunching": True},
    {"apiServer": {"allowPodLogReading": False}},
    {"config": {"logging": {"remote_logging": True}}},
    {"logs": {"persistence": {"enabled": True, "existingClaim": "share"}}},
    {"tasks": {"namespace": "airflow-tasks"}},
    {"networkPolicies": {"internet": {"enabled": False}}},
    {"networkPolicies": {"egress": {"worker": {"metrics": False, "smtp": True}}}},
    {"networkPolicies": {"destinations": {"smtp": {"cidrs": ["10.7.0.0/16"]}}}},
    {"dagProcessor": {"dagBundleConfigList": [{"name": "git", "classpath": "a.GitDagBundle"}]}},
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    off=some.sets(some.sampled_from(COMPONENTS)), on=some.sets(some.integers(0, len(SWITCHES) - 1))
)
def test_policies_allow_what_the_table_says_whatever_is_on(
    render: Render, off: set[str], on: set[int]
):
    values: dict[str, Any] = {name: {"enabled": name not in off} for name in COMPONENTS}
    for number in sorted(on):
        values = merged(values, SWITCHES[number])
    case = Case(render(values), policies=policies([values]))
    assert offenders("pods_reach_each_other_as_the_table_says", case) == {}
    assert offenders("pods_reach_addresses_outside_as_values_say", case) == {}
