"""Queries use existing metrics, of one environment, in their unit."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import yaml

from scripts.datadog.metrics import BY_QUERY_NAME, COMMON, METRICS, OTHERS, Kind, split, unit_of
from scripts.paths import ROOT
from tests.datadog.conftest import MODULE, Watched
from tests.datadog.queries import (
    COMPOSITE,
    Condition,
    Metric,
    NoQuery,
    check_formula,
    condition,
    metrics,
)

LISTED = yaml.safe_load((ROOT / "tests" / "airflow_metrics.yaml").read_text())["metrics"]
# Prefixes of metrics from other senders.
SOURCES = (
    *("aws.rds.", "datadog.agent.", "external_secrets.", "kubernetes.", "kubernetes_state."),
    *("network.http.", "pgbouncer."),
)
# Counters of other senders.
COUNTERS = ("kubernetes.kubelet.evictions",)
RUNBOOKS = ROOT / "docs" / "operations" / "monitors.md"


class Asked(NamedTuple):
    """A metric in a query, and the page or monitor of the query."""

    where: str
    metric: Metric


def requests(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The requests of a page with queries."""
    for group in dashboard["widgets"]:
        for widget in group["definition"]["widgets"]:
            for request in widget["definition"].get("requests", []):
                if "queries" in request:
                    yield request


def conditions(here: Watched) -> dict[str, Condition]:
    """The queries of metrics of all monitors."""
    return {
        name: condition(one["query"])
        for name, one in here.monitors.items()
        if one["type"] == "query alert"
    }


def asked(here: Watched) -> list[Asked]:
    """Every metric of every query."""
    found = []
    for page, dashboard in here.dashboards.items():
        for request in requests(dashboard):
            for query in request["queries"]:
                found += [Asked(page, metric) for metric in metrics(query["query"])]
    for name, one in conditions(here).items():
        found += [Asked(name, metric) for metric in one.metrics]
    for name, one in here.objectives.items():
        texts = list(one.get("query", {}).values())
        time_slice = one.get("sli_specification", {}).get("time_slice", {})
        texts += [query["query"] for query in time_slice.get("query", {}).get("queries", [])]
        found += [Asked(name, metric) for text in texts for metric in metrics(text)]
    assert len(found) > len(here.monitors)
    return found


def wrong(here: Watched, question) -> set[tuple[str, str]]:
    return {(where, one.name) for where, one in asked(here) if question(one)}


def test_every_query_of_a_dashboard_is_valid(prod: Watched):
    for page in prod.dashboards.values():
        for request in requests(page):
            for query in request["queries"]:
                assert metrics(query["query"])
            for formula in request["formulas"]:
                check_formula(formula["formula"], {one["name"] for one in request["queries"]})


def test_a_composite_monitor_has_its_parts_and_gates(here: Watched):
    found = {n: one["query"] for n, one in here.monitors.items() if one["type"] == "composite"}
    assert found.keys() == here.conditions.keys()
    assert {name for name, query in found.items() if not COMPOSITE.fullmatch(query)} == set()
    counted = {n: (query.count("!"), query.count("&&") + 1) for n, query in found.items()}
    assert counted == {
        name: (len(one["gates"]), len(one["parts"]) + len(one["gates"]))
        for name, one in here.conditions.items()
    }


@pytest.mark.parametrize(
    "query",
    [
        "sum(last_5m):sum:airflow.ti.finish{env:x}.as_count()",
        "sum(last_5m):sum:airflow.ti.finish{env:x}.as_cont() > 1",
        "sum(last_7m):sum:airflow.ti.finish{env:x} > 1",
        "total(last_5m):sum:airflow.ti.finish{env:x} > 1",
        "sum(last_5m):airflow.ti.finish{env:x} > 1",
        "sum(last_5m):sum:airflow.ti.finish{env=x} > 1",
        "sum(last_5m):sum:airflow.ti.finish{env:x} by team > 1",
        "sum(last_5m):sum:airflow.ti.finish{env:x} / > 1",
        "sum(last_5m):sum:airflow.ti.finish{env:x,state IN (failed,success)} > 1",
        "sum(last_5m):zero(sum:airflow.ti.finish{env:x}) > 1",
        "change(max(last_1h),last_5m):sum:airflow.ti.finish{env:x} > 1",
    ],
)
def test_an_invalid_query_is_found(query: str):
    with pytest.raises(NoQuery):
        condition(query)


def test_every_metric_of_a_query_is_sent(prod: Watched):
    def unknown(metric: Metric) -> bool:
        if metric.name in OTHERS:
            return not metric.name.startswith(SOURCES)
        return split(metric.name)[0].name not in LISTED

    assert wrong(prod, unknown) == set()


def test_every_metric_of_the_table_is_in_airflows_own_list():
    assert METRICS.keys() - LISTED.keys() == set()


def test_no_query_uses_a_metric_that_is_never_sent(prod: Watched):
    assert wrong(prod, lambda metric: "queued_duration" in metric.name) == set()


def test_every_metric_of_the_table_is_used_by_a_query(prod: Watched):
    names = {one.metric.name for one in asked(prod)}
    used = {split(name)[0].name for name in names if name not in OTHERS}
    assert METRICS.keys() - used == set()
    assert OTHERS.keys() - names == set()


def test_every_metric_has_a_scope_of_one_environment(here: Watched, environment: str):
    scopes = (f"env:{environment}", "$env", "$dbinstanceidentifier")

    def scopeless(metric: Metric) -> bool:
        # A database's identifier contains its environment; AWS guarantees no other tag.
        database = any(part.startswith("dbinstanceidentifier IN") for part in metric.scope)
        return not (database or any(part in scopes for part in metric.scope))

    assert wrong(here, scopeless) == set()


def test_queries_of_airflows_metrics_have_the_tag_of_our_service(prod: Watched):
    def foreign(metric: Metric) -> bool:
        return metric.name.startswith("airflow.") and not {"service:airflow", "$service"} & set(
            metric.scope
        )

    assert wrong(prod, foreign) == set()


def test_a_page_has_exactly_the_variables_that_it_uses(prod: Watched):
    for page in prod.dashboards.values():
        used = set(re.findall(r"\$(\w+)", json.dumps(page["widgets"])))
        assert used == {one["name"] for one in page["template_variables"]}


# Nodes and agents serve all teams; the check of ExternalSecrets tags namespaces only.
OF_ALL_TEAMS = (
    "datadog.agent.running",
    "external_secrets.",
    "kubernetes.kubelet.evictions",
    "kubernetes_state.node.",
)


def test_every_page_may_be_limited_to_a_team(prod: Watched):
    stated = {
        page: [query["query"] for one in requests(dashboard) for query in one["queries"]]
        for page, dashboard in prod.dashboards.items()
    }
    assert all(stated.values())
    assert {
        page: [
            query
            for query in queries
            if "$team" not in query and not any(name in query for name in OF_ALL_TEAMS)
        ]
        for page, queries in stated.items()
    } == {page: [] for page in stated}


def test_every_graph_shows_deployments(prod: Watched):
    graphs = [
        widget["definition"]
        for page in prod.dashboards.values()
        for group in page["widgets"]
        for widget in group["definition"]["widgets"]
        if widget["definition"]["type"] == "timeseries"
    ]
    assert graphs
    assert {json.dumps(one.get("events")) for one in graphs} == {
        json.dumps([{"q": "event:deployment $env $service $team", "tags_execution": "and"}])
    }


def test_only_counters_are_counted(prod: Watched):
    def miscounted(metric: Metric) -> bool:
        if metric.name in OTHERS:
            return metric.counts != (metric.name in COUNTERS)
        known, aggregate = split(metric.name)
        return metric.counts != (known.kind is Kind.COUNTER or aggregate == "count")

    assert wrong(prod, miscounted) == set()


def test_groups_and_scopes_are_tags_that_a_metric_has(prod: Watched):
    def untagged(metric: Metric) -> bool:
        if metric.name in OTHERS:
            return False
        keys = {re.split(":| ", part)[0].lstrip("$") for part in metric.scope}
        known = {*COMMON, *split(metric.name)[0].tags, *ALSO.get(metric.name, ())}
        return bool((keys | set(metric.by)) - known)

    assert wrong(prod, untagged) == set()


# Tags of Airflow in addition to those that distinguish series.
ALSO = {"airflow.operator_failures": ("dag_id", "task_id")}


def test_a_monitor_compares_with_its_threshold(here: Watched):
    stated = {
        name: one["options"]["thresholds"]["critical"]
        for name, one in here.monitors.items()
        if one["type"] == "query alert"
    }
    assert {name: one.threshold for name, one in conditions(here).items()} == stated


def test_every_threshold_is_a_variable_and_every_variable_is_used():
    folder = ROOT / MODULE
    variables = (folder / "variables.tf").read_text()
    block = variables[variables.index('variable "thresholds"') :]
    names = set(re.findall(r"^    (\w+)\s+= optional\(number", block, re.MULTILINE))
    used = re.findall(r"threshold\s+= local\.limits\.(\w+)", (folder / "monitors.tf").read_text())
    lines = re.findall(r"^\s+threshold\s+= .*$", (folder / "monitors.tf").read_text(), re.MULTILINE)
    assert names == set(used)
    assert len(lines) == len(used)


def test_a_monitor_name_uses_only_variables_of_its_groups(prod: Watched):
    for name, one in conditions(prod).items():
        groups = {group for metric in one.metrics for group in metric.by}
        said = set(re.findall(r"\{\{(\w+)\.name\}\}", prod.monitors[name]["name"]))
        assert (name, said - groups) == (name, set())


def test_the_parts_and_gates_of_a_monitor_have_the_same_groups(prod: Watched):
    """Datadog combines equal groups; what has no groups applies to all."""
    for name, one in prod.conditions.items():
        asked = [conditions(prod)[other].metrics for other in (*one["parts"], *one["gates"])]
        groups = {metric.by for metrics in asked for metric in metrics}
        assert (name, groups - {()}) == (name, {("team",)})


def test_every_page_but_of_the_agents_and_of_a_disk_has_a_gate(prod: Watched):
    paging = {name for name, one in prod.monitors.items() if "@pagerduty-airflow" in one["message"]}
    gated = {name for name, one in prod.conditions.items() if one["gates"]}
    assert paging - gated == {"agents_report", "database_storage"}


def test_other_thresholds_are_on_the_right_side_of_each_other(here: Watched):
    for name, one in here.monitors.items():
        order = ("warning_recovery", "warning", "critical_recovery", "critical")
        stated = one["options"].get("thresholds", {})
        numbers = [stated[key] for key in order if key in stated]
        rising = one["type"] != "query alert" or conditions(here)[name].comparator == ">"
        assert (name, numbers) == (name, sorted(set(numbers), reverse=not rising))


def test_every_monitored_metric_is_on_a_dashboard(prod: Watched):
    shown = {one.metric.name for one in asked(prod) if one.where in prod.dashboards}
    watched = {m.name for one in conditions(prod).values() for m in one.metrics}
    assert watched - shown == set()


def test_every_monitor_has_a_runbook(prod: Watched):
    sections = set(re.findall(r"^## (\w+)$", RUNBOOKS.read_text(), re.MULTILINE))
    links = {
        name: re.findall(r"monitors\.md#(\w+)", one["message"])
        for name, one in prod.monitors.items()
    }
    parts = {part: whole for whole, one in prod.conditions.items() for part in one["parts"]}
    assert links == {name: [parts.get(name, name.split("/")[0])] for name in prod.monitors}
    assert {link for [link] in links.values()} == sections


def test_every_runbook_has_meaning_checks_and_remedy():
    sections = re.split(r"^## \w+$", RUNBOOKS.read_text(), flags=re.MULTILINE)[1:]
    wanted = ("**It means**", "**Look**", "**Do**")
    assert sections
    assert [one[:80] for one in sections if not all(word in one for word in wanted)] == []


def test_the_unit_of_a_graph_is_that_of_its_metric(prod: Watched):
    for page in prod.dashboards.values():
        for request in requests(page):
            [formula] = request["formulas"]
            shown = formula.get("number_format", {}).get("unit", {}).get("unit_name", "")
            units = {unit_of(m.name) for q in request["queries"] for m in metrics(q["query"])}
            assert shown == "percent" if "100 *" in formula["formula"] else {shown} == units


def test_terraform_reads_the_units_of_the_table():
    read = json.loads((ROOT / MODULE / "per_second.json").read_text())
    assert read == {m.name: m.per_second for m in BY_QUERY_NAME.values() if m.per_second}
