"""An option of Airflow gives the same objects in every place of values that can set it.

The places: `config`, `env` as a map and as a list, `extraEnv`, the `env` of each component,
ConfigMaps and Secrets of values that `extraEnvFrom` names, and, where Airflow has renamed the
option, the same under its old name.
"""

import base64
import configparser
import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from tests.chart.cases import merged
from tests.chart.tables import TABLES
from tests.conftest import Render
from tests.rendered import Manifests

Values = dict[str, Any]

FACTS = yaml.safe_load((CHART / "files" / "options.yaml").read_text())
SAMPLES = yaml.safe_load((Path(__file__).parent / "options.yaml").read_text())
# Old names of secrets, which no task may read.
SECRETS = {"webserver.secret_key", "core.sql_alchemy_conn"}
# A ConfigMap or Secret with variables.
SOURCE = "variables"
COMPONENTS = sorted(
    {row["key"] for row in TABLES.components.values()} - {"postgresql"} | {"flower"}
)


def variable(name: str) -> str:
    """The environment variable of an option."""
    return "AIRFLOW__" + name.upper().replace(".", "__")


def spellings(name: str, value: str) -> dict[str, Values]:
    """Values that set an option, by the place that they use."""
    found = {}
    for known in [name, *(old for old, (new, _) in FACTS["renamed"].items() if new == name)]:
        section, key = known.split(".")
        item = {"name": variable(known), "value": value}
        found |= {
            f"config.{known}": {"config": {section: {key: value}}},
            f"env of {known}": {"env": {item["name"]: value}},
            f"list of env of {known}": {"env": [item]},
            f"extraEnv of {known}": {"extraEnv": yaml.safe_dump([item])},
            f"extraConfigMaps of {known}": {
                "extraEnvFrom": f"- configMapRef: {{name: {SOURCE}}}",
                "extraConfigMaps": {SOURCE: {"data": yaml.safe_dump({item["name"]: value})}},
            },
            f"extraSecrets of {known}": {
                "extraEnvFrom": f"- {{secretRef: {{name: {SOURCE}}}, prefix: AIRFLOW__}}",
                "extraSecrets": {
                    SOURCE: {"stringData": {item["name"].removeprefix("AIRFLOW__"): value}}
                },
            },
            f"env of each component of {known}": {
                key: {"env": {item["name"]: value}} for key in COMPONENTS
            },
        }
    return found


def without(manifests: Manifests, name: str) -> list[Any]:
    """The objects without the option itself, checksums and hashes."""
    names = {variable(name)} | {
        variable(old) for old, (new, _) in FACTS["renamed"].items() if new == name
    }
    return [
        _bare(copy.deepcopy(one), name, names)
        for one in sorted(manifests.objects, key=lambda one: (one["kind"], one["metadata"]["name"]))
        if one["metadata"]["name"] != SOURCE
    ]


def _bare(node: Any, name: str, names: set[str]) -> Any:
    if isinstance(node, list):
        named = [one for one in node if not (isinstance(one, dict) and one.get("name") in names)]
        return [_bare(one, name, names) for one in named]
    if not isinstance(node, dict):
        return node
    bare = {}
    for key, value in node.items():
        if key == "envFrom" or key.startswith("checksum/"):
            continue
        if key == "env" and not _bare(value, name, names):
            continue
        if key == "airflow.cfg":
            bare[key] = _options(value, name)
        elif key == "pod_template_file.yaml":
            bare[key] = _bare(yaml.safe_load(value), name, names)
        elif key == "name" and isinstance(value, str):
            bare[key] = re.sub(r"-[0-9a-f]{8}$", "", value)
        else:
            bare[key] = _bare(value, name, names)
    return bare


def _options(text: str, name: str) -> Mapping[str, Mapping[str, str]]:
    """airflow.cfg without one option."""
    config = configparser.RawConfigParser()
    config.read_string(text)
    section, key = name.split(".")
    if config.has_section(section):
        config.remove_option(section, key)
    return {section: dict(config[section]) for section in config.sections() if config[section]}


def cases(kind: str) -> Iterator[Any]:
    for name, sample in SAMPLES[kind].items():
        for place, values in spellings(name, sample["value"]).items():
            also = sample.get("also", {})
            yield pytest.param(name, also, merged(also, values), id=f"{name}: {place}"[:90])


@pytest.mark.parametrize(("name", "also", "values"), list(cases("followed")))
def test_an_option_gives_the_same_objects_wherever_it_is_set(
    taken: Render, name: str, also: Values, values: Values
):
    section, key = name.split(".")
    config = {"config": {section: {key: SAMPLES["followed"][name]["value"]}}}
    expected = without(taken(merged(also, config)), name)
    assert without(taken(values), name) == expected


@pytest.mark.parametrize(("name", "also", "values"), list(cases("refused")))
def test_an_option_that_cannot_work_is_refused_wherever_it_is_set(
    refusal, name: str, also: Values, values: Values
):
    said = refusal(values)
    written = [variable(old) for old, (new, _) in FACTS["renamed"].items() if new == name]
    written += [old for old, (new, _) in FACTS["renamed"].items() if new == name]
    assert any(one in said for one in [name, variable(name), *written]), said


def test_every_option_that_objects_depend_on_has_a_sample():
    assert FACTS["derived"].keys() <= SAMPLES["followed"].keys() | SAMPLES["refused"].keys()


# Options that values.yaml itself states: config states them in every release.
STATED = {
    f"{section}.{key}"
    for section, keys in yaml.safe_load((CHART / "values.yaml").read_text())["config"].items()
    for key in keys
}


@pytest.mark.parametrize("name", sorted(FACTS["derived"].keys() - STATED))
def test_an_option_that_only_a_secret_holds_must_be_stated_in_config(
    render: Render, refusal, name: str
):
    sample = SAMPLES["followed"].get(name) or SAMPLES["refused"][name]
    item = {"envName": variable(name), "secretName": "settings", "secretKey": "value"}
    secret = merged(sample.get("also", {}), {"secret": [item]})
    said = refusal(secret)
    assert f"secret.{variable(name)}" in said
    assert f"set config.{name} to its value" in said
    if name in SAMPLES["followed"]:
        section, key = name.split(".")
        assert render(merged(secret, {"config": {section: {key: sample["value"]}}})).objects


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"env": {"AIRFLOW__API__BASE_URL_CMD": "cat /url"}}, "env.AIRFLOW__API__BASE_URL_CMD"),
        ({"scheduler": {"env": {"AIRFLOW__CORE__EXECUTOR_SECRET": "x"}}}, "scheduler.env."),
        (
            {"env": {"AIRFLOW__SMTP__SMTP_HOST": {"valueFrom": {"configMapKeyRef": {}}}}},
            "env.AIRFLOW__SMTP__SMTP_HOST",
        ),
    ],
    ids=["a command", "a secrets backend", "a ConfigMap"],
)
def test_an_option_that_the_render_cannot_know_must_be_stated_in_config(
    refusal, values: Values, where: str
):
    assert f"{where}" in refusal(values)


@pytest.mark.parametrize("old", sorted(FACTS["renamed"].keys() - SECRETS))
def test_an_old_name_in_config_is_written_under_its_new_name(render: Render, old: str):
    section, key = old.split(".")
    sample = SAMPLES["followed"].get(FACTS["renamed"][old][0], {})
    values = merged(sample.get("also", {}), {"config": {section: {key: sample.get("value", "7")}}})
    config = configparser.RawConfigParser()
    config.read_string(render(values).find("ConfigMap", "airflow-config")["data"]["airflow.cfg"])
    new, key_now = FACTS["renamed"][old][0].split(".")
    assert config[new][key_now] == sample.get("value", "7")
    assert not config.has_option(section, key)


@pytest.mark.parametrize("old", sorted(SECRETS))
def test_a_secret_under_an_old_name_is_refused_in_the_configuration_of_tasks(refusal, old: str):
    section, key = old.split(".")
    assert f"Task pods would read config.{old}" in refusal({"config": {section: {key: "x"}}})
    said = refusal({"env": {variable(old): "x"}})
    assert f"Task pods would read env.{variable(old)}" in said


def test_a_name_that_came_with_a_later_version_is_not_used_before(render: Render):
    values = {
        "images": {"airflow": {"tag": "3.0.6"}},
        "config": {"webserver": {"page_size": 50}},
    }
    text = render(values).find("ConfigMap", "airflow-config")["data"]["airflow.cfg"]
    assert "[webserver]\npage_size = 50" in text


@pytest.mark.parametrize("old", list(FACTS["unread"])[:3])
def test_a_variable_under_a_name_that_airflow_does_not_read_is_refused(refusal, old: str):
    assert f"env.{variable(old)} has no effect" in refusal({"env": {variable(old): "x"}})


@pytest.mark.parametrize("name", list(FACTS["variables"]))
@pytest.mark.parametrize(
    "place",
    [
        "env",
        "extraEnv",
        "secret",
        "extraConfigMaps.a.data",
        "extraSecrets.a.data",
        "scheduler.env",
        "workers.env",
        "createUserJob.env",
    ],
)
def test_a_variable_with_no_place_in_values_is_refused(refusal, name: str, place: str):
    values: Values = {
        "env": {"env": {name: "yes"}},
        "extraEnv": {"extraEnv": f"- {{name: {name}, value: 'yes'}}"},
        "secret": {"secret": [{"envName": name, "secretName": "x"}]},
        "extraConfigMaps.a.data": {
            "extraEnvFrom": "- configMapRef: {name: a}",
            "extraConfigMaps": {"a": {"data": {name: "yes"}}},
        },
        "extraSecrets.a.data": {
            "extraEnvFrom": "- secretRef: {name: a}",
            "extraSecrets": {"a": {"data": {name: base64.b64encode(b"yes").decode()}}},
        },
    }.get(place) or {place.partition(".")[0]: {"env": {name: "yes"}}}
    assert f"{place}.{name} {FACTS['variables'][name]}" in refusal(values)


def test_a_variable_of_the_chart_gives_way_to_config(render: Render):
    values = {"config": {"database": {"sql_alchemy_pool_size": 7}}}
    env = render(values).pod("api-server").main.env
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_POOL_SIZE" not in env
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW" in env
