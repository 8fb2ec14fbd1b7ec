"""Allowed connections and readers of Secrets, as pictures of the rendered manifests."""

import json
import re
from pathlib import Path

import pytest
import yaml

from scripts.manifests import Manifests
from scripts.manifests.graph import Graph, files, graph_of
from scripts.manifests.network_policies import DESTINATIONS
from scripts.paths import CHART
from scripts.releases import find

SECRETS = {
    row["name"]: row for row in yaml.safe_load((CHART / "files" / "secrets.yaml").read_text())
}
FERNET = "airflow-fernet-key"
NAMED = {
    "database": ["10.0.1.0/24", "10.0.2.0/24"],
    "internet": ["0.0.0.0/0"],
    "kubernetes": ["10.0.0.1/32"],
    "objectStorage": ["10.0.3.0/24"],
    "secretsBackend": ["10.0.3.0/24"],
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return graph_of(find("prod/payments"))


def of_policy(*egress: tuple[list[str], list[int]], named: dict | None = None) -> Graph:
    """Return the graph of one pod with a policy: each rule has CIDRs and ports."""
    rules = [
        {
            "to": [{"ipBlock": {"cidr": cidr}} for cidr in cidrs],
            "ports": [{"port": port} for port in ports],
        }
        for cidrs, ports in egress
    ]
    labels = {"component": "scheduler"}
    metadata = {"name": "one", "namespace": "airflow", "labels": labels}
    annotations = {DESTINATIONS: json.dumps(named)} if named else {}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "one", "image": "a"}]}}
    deployment = {"kind": "Deployment", "metadata": metadata, "spec": {"template": pod}}
    policies = [
        {
            "kind": "NetworkPolicy",
            "metadata": {**metadata, "namespace": namespace, "annotations": annotations},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": egress},
        }
        for namespace, egress in (("airflow", rules), ("tasks", []))
    ]
    return Graph(Manifests(yaml.safe_dump_all([deployment, *policies])), "airflow", "tasks")


def callees(graph: Graph) -> dict[str, list[str]]:
    return {str(callee): ports for (_, callee), ports in graph.calls.items()}


def test_calls_between_pods_are_those_of_the_table(graph: Graph):
    called = {pair for pair in graph.calls if set(pair) <= graph.ends.keys()}
    assert called == {("worker", "api-server"), ("api-server", "triggerer")}


def test_readers_are_those_of_the_table(graph: Graph):
    readers = SECRETS["fernet-key"]["readers"]
    assert graph.readers[FERNET] == set(readers) & graph.ends.keys()


def test_tasks_read_no_secret(graph: Graph):
    assert [name for name, readers in graph.readers.items() if "worker" in readers] == []


def test_a_destination_has_the_name_that_the_annotation_gives_its_addresses():
    graph = of_policy((NAMED["database"], [5432]), named=NAMED)
    assert callees(graph) == {"database": ["5432"]}


@pytest.mark.parametrize(
    ("name", "title"), [("kubernetes", "Kubernetes API"), ("internet", "Internet")]
)
def test_destinations_of_every_cluster_have_titles(name: str, title: str):
    assert list(callees(of_policy((NAMED[name], [443]), named=NAMED))) == [title]


def test_names_that_share_addresses_are_destinations_of_their_own():
    graph = of_policy((NAMED["objectStorage"], [443]), named=NAMED)
    assert callees(graph) == {"objectStorage": ["443"], "secretsBackend": ["443"]}


@pytest.mark.parametrize("named", [None, NAMED])
def test_a_destination_without_a_name_is_drawn_by_its_addresses(named: dict | None):
    graph = of_policy((["10.9.0.0/24", "10.8.0.0/24"], [443]), named=named)
    assert callees(graph) == {"10.9.0.0/24 and 1 more": ["443"]}
    assert "10.9.0.0/24, 10.8.0.0/24" in graph.mermaid()


def test_a_rule_for_all_ports_covers_rules_for_some():
    graph = of_policy((NAMED["internet"], []), (NAMED["internet"], [443]), named=NAMED)
    assert callees(graph) == {"Internet": ["all"]}


def test_a_pod_without_policies_may_call_anything():
    free = Graph(Manifests("kind: ConfigMap\nmetadata: {name: a}"), "airflow", "tasks")
    assert callees(free) == {"anything": ["all"]}


def test_the_flowchart_names_every_pod_and_every_secret(graph: Graph):
    chart = graph.mermaid()
    assert [name for name in (*graph.ends, *graph.readers) if f'"{name}"' not in chart] == []


def test_the_flowchart_shows_the_name_and_the_addresses_of_a_destination():
    chart = of_policy((NAMED["database"], [5432]), named=NAMED).mermaid()
    assert '(["database<br/>10.0.1.0/24, 10.0.2.0/24"])' in chart


def test_the_picture_names_every_callee_and_every_secret(graph: Graph):
    texts = re.findall(r">([^<>]+)</text>", graph.svg("prod/payments"))
    names = [row.name for section in graph.sections() for row in section.rows]
    assert set(map(str, graph.destinations)) | graph.readers.keys() <= set(names)
    assert [name for name in names if name not in texts] == []


def test_the_picture_shows_the_addresses_of_a_name():
    picture = of_policy((NAMED["database"], [5432]), named=NAMED).svg("one")
    assert ">10.0.1.0/24, 10.0.2.0/24</text>" in picture


def test_a_long_list_of_addresses_is_complete_in_the_tooltip():
    addresses = [f"10.{number}.0.0/24" for number in range(20)]
    picture = of_policy((addresses, [443]), named={"many": addresses}).svg("one")
    assert f"<title>{', '.join(addresses)}</title>" in picture


def test_pages_are_written_to_a_folder(tmp_path: Path):
    assert {path.parent for path in files(tmp_path)} == {tmp_path}
