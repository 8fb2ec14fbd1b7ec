"""Dashboards before they are applied: a page with series, and files that Datadog imports."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from scripts.datadog import preview
from scripts.datadog.charts import BADGES
from scripts.datadog.made_up import made_up
from scripts.datadog.pages import DASHBOARDS
from scripts.datadog.picture import picture
from scripts.datadog.preview import Context, context, html, write
from scripts.datadog.queries import Query
from scripts.datadog.series import Series, Source
from scripts.datadog.widgets import Note, Timeseries
from scripts.errors import Refusal
from tests.datadog.conftest import Watched
from tests.datadog.models import faults

PROD = Context(
    "prod",
    ("payments", "search"),
    "https://github.com/example/airflow-on-kubernetes/blob/main/docs/operations/monitors.md",
    "platform",
    context("prod").thresholds,
)
NAMES = [one.name for one in DASHBOARDS]


def test_a_file_to_import_is_the_dashboard_that_terraform_creates(prod: Watched):
    assert {one.name: PROD.definition(one) for one in DASHBOARDS} == prod.dashboards


def test_terraform_draws_the_thresholds_of_the_environment(environments: dict[str, Watched]):
    assert '"value": "y = 300000"' in json.dumps(environments["prod"].dashboards["overview"])
    assert '"value": "y = 60000"' in json.dumps(environments["nonprod"].dashboards["overview"])


@pytest.mark.parametrize("environment", ["local", "nonprod", "prod"])
def test_datadog_accepts_the_files_of_every_environment(environment: str, tmp_path: Path):
    write(environment=environment, page="", as_json=True, output=tmp_path)
    found = {path.stem: json.loads(path.read_text()) for path in tmp_path.iterdir()}
    assert found.keys() == set(NAMES)
    assert {name: faults("dashboard", one) for name, one in found.items() if one} == {
        name: [] for name in NAMES
    }
    assert {name for name, one in found.items() if "${" in json.dumps(one)} == set()


@pytest.mark.parametrize("key", ["title", "widgets", "template_variables", "layout_type"])
def test_a_file_to_import_is_complete(key: str):
    assert [one.name for one in DASHBOARDS if not PROD.definition(one).get(key)] == []


@pytest.mark.parametrize("environment", ["local", "prod"])
def test_the_page_loads_nothing_and_runs_no_script(environment: str, tmp_path: Path):
    write(environment=environment, page="", as_json=False, output=tmp_path)
    text = (tmp_path / f"{environment}.html").read_text()
    assert re.findall(r"<script|<link|<img|@import|url\(|src=", text) == []
    assert [name for name in NAMES if f'id="{name}"' not in text] == []


def test_a_page_may_be_drawn_alone(tmp_path: Path):
    write(environment="prod", page="triggerer", as_json=True, output=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["triggerer.json"]


@pytest.mark.parametrize(
    ("page", "environment", "message"),
    [
        ("schedule", "prod", "unknown page 'schedule'; known: overview, scheduler, "),
        ("", "prd", "unknown environment 'prd'; known: local, nonprod, prod"),
    ],
)
def test_an_unknown_name_is_refused(page: str, environment: str, message: str, tmp_path: Path):
    with pytest.raises(Refusal, match=re.escape(message)):
        write(environment=environment, page=page, as_json=False, output=tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_every_widget_has_a_mark_of_where_its_series_are_from(name: str):
    [page] = [one for one in DASHBOARDS if one.name == name]
    root = ElementTree.fromstring(picture(page, PROD.data()))
    words = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    marks = [word for word in words if word in BADGES]
    assert len(marks) == len([one for one in page.widgets() if not isinstance(one, Note)])


@pytest.mark.parametrize("environment", ["local", "nonprod", "prod"])
def test_every_series_of_every_widget_has_made_up_values(environment: str):
    data = context(environment).data()
    made_up = data.sources[-1]
    empty = [
        (page.name, widget.title, line.label)
        for page in DASHBOARDS
        for widget in page.widgets()
        for line in widget.lines
        if not made_up.line(line, data.variables)
    ]
    assert empty == []


def test_a_metric_of_a_new_query_has_made_up_values():
    scope = ("$env", "$team", "kube_namespace:airflow-*", "reason:oomkilled")
    query = Query("sum", "kubernetes_state.some.new.metric", scope, ("kube_namespace",))
    source = made_up("prod", "airflow", ["payments"], [query])
    assert source.query(query, {"env": "prod", "team": "*"}).keys() == {("airflow-payments",)}


def test_a_captured_series_is_drawn_instead_of_a_made_up_one():
    tags = {"env": "prod", "service": "airflow", "team": "payments", "version": "3.3.2"}
    heartbeats = Series("airflow.scheduler_heartbeat", tags, [2, 2])
    capture = Source("captured", 10, 2, [heartbeats], {})
    data = PROD.data()
    both = preview.Data([capture, data.sources[-1]], data.variables, data.teams, data.thresholds)
    used = {widget.title: both.source(widget.lines).title for widget in _graphs("scheduler")}
    assert used.pop("Heartbeats by team") == "captured"
    assert set(used.values()) == {"made up"}


def test_pictures_are_the_same_in_each_run():
    assert html(PROD) == html(PROD)


def test_thresholds_of_graphs_are_those_of_the_environment():
    strict = Context("prod", ("a",), "", "", {**PROD.thresholds, "schedule_delay_seconds": 7})
    [overview] = [one for one in DASHBOARDS if one.name == "overview"]
    assert '"value": "y = 7000"' in json.dumps(strict.definition(overview))
    assert ">alert: 7 s" in picture(overview, strict.data())


def _graphs(name: str) -> list[Timeseries]:
    [page] = [one for one in DASHBOARDS if one.name == name]
    return [one for one in page.widgets() if isinstance(one, Timeseries)]
