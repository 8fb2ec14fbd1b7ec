"""Graphs of connections and of readers of Secrets agree with the manifests."""

import pytest

from scripts.manifests.graph import Graph, files, graph_of
from scripts.releases import find
from tests.chart.tables import TABLES

FERNET = "airflow-fernet-key"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return graph_of(find("prod/payments"))


def test_the_graphs_of_the_shipped_releases_are_fresh():
    stale = [path.name for path, text in files().items() if path.read_text() != text]
    assert stale == [], "run `make graphs`"


def test_calls_between_pods_are_those_of_the_table(graph: Graph):
    called = {pair for pair in graph.calls if set(pair) <= graph.ends.keys()}
    assert called == {("worker", "api-server"), ("api-server", "triggerer")}


def test_readers_are_those_of_the_table(graph: Graph):
    readers = TABLES.secrets["fernet-key"]["readers"]
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
