"""Who talks to whom and who reads what, as pictures that are those of the manifests."""

import pytest
import yaml

from scripts.manifests.graph import Graph, graph_of
from scripts.paths import CHART
from scripts.releases import find

TABLES = yaml.safe_load((CHART / "files" / "tables.yaml").read_text())
FERNET = "airflow-fernet-key"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return graph_of(find("prod/payments"))


def test_pods_that_call_each_other_are_those_of_the_table(graph: Graph):
    called = {pair for pair in graph.calls if set(pair) <= graph.ends.keys()}
    assert called == {("worker", "api-server"), ("api-server", "triggerer")}


def test_readers_are_those_of_the_table(graph: Graph):
    readers = TABLES["secrets"]["fernet-key"]["readers"]
    assert graph.readers[FERNET] == set(readers) & graph.ends.keys()


def test_tasks_read_nothing(graph: Graph):
    assert [name for name, readers in graph.readers.items() if "worker" in readers] == []


def test_the_flowchart_names_every_pod_and_every_secret(graph: Graph):
    chart = graph.mermaid()
    assert [name for name in (*graph.ends, *graph.readers) if f'"{name}"' not in chart] == []


def test_the_picture_names_every_pod_and_every_secret(graph: Graph):
    picture = graph.svg("prod/payments")
    assert [
        name for name in (*graph.ends, *graph.readers) if name.replace(" ", "&#160;") not in picture
    ] == []
