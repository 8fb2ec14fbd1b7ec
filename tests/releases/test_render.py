"""Rendering with a chart of three files: values, layers and the errors of Helm."""

from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.releases.helm import sentence
from scripts.releases.render import helm_template

SCHEMA = """{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "broken": {"type": "boolean"},
    "scheduler": {
      "type": "object",
      "additionalProperties": false,
      "properties": {"replicas": {"type": "integer"}}
    }
  }
}"""
TEMPLATE = """
{{- if .Values.broken }}{{ fail "broken must be false.\\nreplicas: Error: no." }}
{{- end }}
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
data: {replicas: "{{ .Values.scheduler.replicas }}", minor: "{{ .Capabilities.KubeVersion.Minor }}"}
"""


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("{apiVersion: v2, name: tiny, version: 0.1.0}\n")
    (tmp_path / "values.yaml").write_text("{broken: false, scheduler: {replicas: 1}}\n")
    (tmp_path / "values.schema.json").write_text(SCHEMA)
    (tmp_path / "templates" / "map.yaml").write_text(TEMPLATE)
    return tmp_path


def refusal(chart: Path, values: dict) -> str:
    with pytest.raises(Refusal) as refused:
        helm_template(values=values, chart=chart)
    return str(refused.value)


def test_later_layers_win(chart: Path, tmp_path: Path):
    low, high = tmp_path / "low.yaml", tmp_path / "high.yaml"
    low.write_text("scheduler: {replicas: 2}\n")
    high.write_text("scheduler: {replicas: 3}\n")
    assert 'replicas: "3"' in helm_template([low, high], chart=chart)


def test_values_win_over_layers_and_sets_over_values(chart: Path, tmp_path: Path):
    layer = tmp_path / "layer.yaml"
    layer.write_text("scheduler: {replicas: 2}\n")
    values = {"scheduler": {"replicas": 3}}
    assert 'replicas: "3"' in helm_template([layer], values, chart=chart)
    sets = ["scheduler.replicas=4"]
    assert 'replicas: "4"' in helm_template([layer], values, sets=sets, chart=chart)


def test_name_namespace_and_kubernetes_version_are_arguments(chart: Path):
    text = helm_template(name="r", namespace="n", kube_version="1.34.0", chart=chart)
    assert "metadata: {name: r, namespace: n}" in text
    assert 'minor: "34"' in text


def test_a_refusal_of_the_chart_consists_of_its_sentences_only(chart: Path):
    said = "broken must be false.\nreplicas: Error: no."
    assert refusal(chart, {"broken": True}) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"shceduler": {}}, "unknown value `shceduler`"),
        ({"scheduler": {"replica": 1}}, "unknown value `scheduler.replica`"),
        ({"scheduler": {"replicas": "two"}}, "`scheduler.replicas` must be integer, not string"),
    ],
)
def test_an_invalid_value_is_reported_with_its_whole_path(chart: Path, values: dict, said: str):
    assert refusal(chart, values) == said


def test_every_invalid_value_is_reported(chart: Path):
    said = refusal(chart, {"scheduler": {"replica": 1, "color": "red"}, "colour": "red"})
    assert said.splitlines() == [
        "unknown value `colour`",
        "unknown value `scheduler.color`",
        "unknown value `scheduler.replica`",
    ]


def test_errors_of_an_older_helm_have_the_same_words():
    said = sentence(
        "Error: values don't meet the specifications of the schema(s) in the following chart(s):\n"
        "tiny:\n- (root): Additional property colour is not allowed\n"
        "- scheduler: Additional property replica is not allowed\n"
    )
    assert said == "unknown value `colour`\nunknown value `scheduler.replica`"


def test_a_failing_template_is_reported_with_place_and_cause(chart: Path):
    (chart / "templates" / "map.yaml").write_text(
        '\n{{ include "outer" . }}{{ define "outer" }}\n{{ tpl .Values.scheduler.name . }}{{ end }}'
    )
    (chart / "values.schema.json").unlink()
    assert refusal(chart, {"scheduler": {"name": "{{ .x.y }}"}}).startswith(
        "tiny/templates/map.yaml:3: check the template expressions in values: "
    )


def test_alternatives_of_a_type_are_one_problem():
    said = sentence(
        "Error: values don't meet the specifications of the schema(s) in the following chart(s):\n"
        "tiny:\n- at '/scheduler': validation failed\n"
        "  - at '/scheduler/env': 'anyOf' failed\n"
        "    - at '/scheduler/env': got number, want array\n"
        "    - at '/scheduler/env': got number, want null or object\n"
    )
    assert said == "`scheduler.env` must be array or object, not number"


def test_a_failed_upgrade_is_reported_with_its_cause():
    said = "WARNING: old\nError: UPGRADE FAILED: execution error at (a/b.yaml:1:2): set it.\n"
    assert sentence(said) == "set it."
