"""Environment variables of components: of their own, of all, from Secrets and in layers."""

from pathlib import Path
from typing import Any

import pytest

from scripts.releases.render import helm_template
from tests.chart.components import CONFIGURED
from tests.conftest import Render
from tests.rendered import Manifests


@pytest.mark.parametrize(
    "env",
    [
        {"GREETING": "hello", "COUNT": 12345678, "ON": True, "SHARE": 0.5},
        [
            {"name": "GREETING", "value": "hello"},
            {"name": "COUNT", "value": "12345678"},
            {"name": "ON", "value": "true"},
            {"name": "SHARE", "value": "0.5"},
        ],
    ],
    ids=["map", "list"],
)
def test_variables_are_a_map_or_a_list(main, env: Any):
    wanted = {"GREETING": "hello", "COUNT": "12345678", "ON": "true", "SHARE": "0.5"}
    assert wanted.items() <= main({"env": env}).env.items()


def test_a_variable_of_the_map_may_come_from_a_secret(main):
    source = {"secretKeyRef": {"name": "outside", "key": "token"}}
    assert main({"env": {"TOKEN": {"valueFrom": source}}}).env["TOKEN"] == source


def test_a_list_of_variables_keeps_its_order(main):
    # $(FIRST) is known to SECOND only when it comes before.
    env = [{"name": "Z_FIRST", "value": "1"}, {"name": "A_SECOND", "value": "$(Z_FIRST)2"}]
    names = [name for name in main({"env": env}).env if name in ("Z_FIRST", "A_SECOND")]
    assert names == ["Z_FIRST", "A_SECOND"]


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_a_variable_of_the_component_overrides_the_global_one(main):
    assert main({"env": {"WHO": "component"}}, {"env": {"WHO": "global"}}).env["WHO"] == "component"


@pytest.mark.parametrize("component", CONFIGURED, ids=str)
def test_every_way_to_give_a_global_variable_reaches_the_pod(main):
    container = main(
        {},
        {
            "env": {"PLAIN": "1"},
            "secret": [{"envName": "SECRET", "secretName": "outside", "secretKey": "key"}],
            "extraEnv": "- {name: TEMPLATED, value: '{{ .Release.Name }}'}",
            "extraEnvFrom": "- secretRef: {name: '{{ .Release.Name }}-whole'}",
        },
    )
    assert (container.env["PLAIN"], container.env["TEMPLATED"]) == ("1", "airflow")
    assert container.secret_keys >= {("outside", "key"), ("airflow-whole", "*")}


def test_a_secret_variable_has_the_key_value_by_default(render: Render):
    manifests = render({"secret": [{"envName": "SECRET", "secretName": "outside"}]})
    assert ("outside", "value") in manifests.pod("scheduler").secret_keys


def test_a_variable_is_rendered_once(render: Render):
    manifests = render(
        {
            "env": {"CONNECTION_CHECK_MAX_COUNT": "3", "TWICE": "1"},
            "extraEnv": "- {name: TWICE, value: '2'}",
            "scheduler": {"env": [{"name": "TWICE", "value": "3"}]},
        }
    )
    names = [entry["name"] for entry in manifests.pod("scheduler").main.spec["env"]]
    assert names.count("TWICE") == names.count("CONNECTION_CHECK_MAX_COUNT") == 1
    assert manifests.pod("scheduler").main.env["TWICE"] == "3"


def test_maps_are_merged_across_layers(tmp_path: Path):
    low, high = tmp_path / "low.yaml", tmp_path / "high.yaml"
    low.write_text("scheduler: {env: {A: low, B: low, C: low}}\n")
    high.write_text("scheduler: {env: {B: high, C: null}}\n")
    env = Manifests(helm_template([low, high])).pod("scheduler").main.env
    assert (env["A"], env["B"], "C" in env) == ("low", "high", False)
