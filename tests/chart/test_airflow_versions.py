"""Configuration for each supported version of Airflow: options that it knows, and needs."""

import configparser
from typing import Any

import pytest
import yaml

from scripts.paths import CHART
from scripts.workshop.toolchain.airflow_options import FILE, imported_names, read
from tests.chart.cases import merged
from tests.chart.sentinels import DATADOG, LOG_STORES, LOWS, OUTSIDE, base
from tests.conftest import Render
from tests.rendered import Manifests

KNOWN = read()
SENSITIVE = yaml.safe_load(FILE.read_text())["sensitive"]
FACTS = yaml.safe_load((CHART / "files" / "options.yaml").read_text())
# Airflow reads it, with a fallback in its code, but does not describe it.
UNDESCRIBED = {"scheduler.num_stuck_in_queued_retries"}
# Options that a value of the chart states, whatever its default is.
STATED = {"kerberos.reinit_frequency"}
# The older version refuses a size of batches.
EVERYTHING = merged(base(), {"databaseCleanup": {"batchSize": None}})
VALUES: dict[str, dict[str, Any]] = {
    "defaults": {},
    "LocalExecutor": {"executor": "LocalExecutor"},
    "everything": EVERYTHING,
    "external databases": merged(EVERYTHING, OUTSIDE),
    "a log store": merged(EVERYTHING, LOG_STORES[0]),
    "Datadog": merged(EVERYTHING, DATADOG),
}
# A log file of 3.0: refused since.
REFUSED = {"webserver.access_logfile"}
# Refused with older versions.
SINCE = {"Datadog": "3.2"}
CASES = [
    pytest.param(version, name, id=f"{version}: {name}")
    for version in KNOWN
    for name in VALUES
    if version >= SINCE.get(name, "")
]


def options(manifests: Manifests) -> dict[str, str]:
    """The options that the manifests set: in airflow.cfg, and in variables of containers."""
    found = {}
    for one in manifests.of("ConfigMap"):
        config = configparser.RawConfigParser()
        config.read_string((one.get("data") or {}).get("airflow.cfg", ""))
        for section in config.sections():
            found |= {f"{section}.{key}": value for key, value in config[section].items()}
    for _, container in manifests.containers():
        for name, value in container.env.items():
            section, _, key = name.lower().removeprefix("airflow__").partition("__")
            if name.startswith("AIRFLOW__") and key:
                found[f"{section}.{key}"] = str(value)
    return found


@pytest.mark.parametrize(("version", "name"), CASES)
def test_airflow_knows_every_option_of_its_configuration(render: Render, version: str, name: str):
    found = options(render({**VALUES[name], "airflowVersion": version}))
    assert len(found) > 20
    assert found.keys() - KNOWN[version].keys() - UNDESCRIBED == set()


@pytest.mark.parametrize(("version", "name"), CASES)
def test_an_option_with_the_default_of_airflow_is_left_out(render: Render, version: str, name: str):
    found = options(render({**VALUES[name], "airflowVersion": version}))
    same = {
        option
        for option, value in found.items()
        if value.lower() == str(KNOWN[version].get(option)).lower()
    }
    assert same - FACTS["derived"].keys() - STATED == set()


@pytest.mark.parametrize("version", KNOWN)
def test_an_option_of_a_value_is_written_for_each_version_that_knows_it(
    render: Render, version: str
):
    found = options(render({"team": "finance", "airflowVersion": version}))
    assert ("workers.execution_api_timeout" in found) == (version > "3.1.1")
    assert found.get("api.instance_name" if version > "3.1" else "webserver.instance_name")


@pytest.mark.parametrize("version", KNOWN)
def test_a_stated_option_is_written_whatever_the_default_of_airflow(render: Render, version: str):
    values = {"airflowVersion": version, "config": {"workers": {"max_failed_heartbeats": 3}}}
    assert options(render(values))["workers.max_failed_heartbeats"] == "3"


def test_options_without_older_versions_are_those_that_the_chart_can_write(render: Render):
    found = {name for values in LOWS for name in options(render(values))}
    assert FACTS["since"].keys() <= found


@pytest.mark.parametrize("old", sorted(FACTS["renamed"].keys() - REFUSED))
def test_every_version_from_the_new_name_on_knows_it(old: str):
    new, since = FACTS["renamed"][old]
    versions = [version for version in KNOWN if version >= since]
    assert versions
    assert [version for version in versions if new not in KNOWN[version]] == []


@pytest.mark.parametrize("option", FACTS["since"])
def test_options_are_left_out_for_the_versions_that_do_not_know_them(option: str):
    first = next(version for version in KNOWN if option in KNOWN[version])
    assert [v for v in KNOWN if v >= FACTS["since"][option]] == [v for v in KNOWN if v >= first]
    assert first != next(iter(KNOWN))


def test_metrics_to_a_socket_need_no_destination(render: Render):
    metrics = {"statsd_on": True, "statsd_host": "exporter.watch"}
    metrics["statsd_socket_path"] = "/run/statsd/statsd.sock"
    assert render({"airflowVersion": "3.4.0", "config": {"metrics": metrics}})


def test_the_chart_names_the_options_that_hold_secrets():
    assert FACTS["sensitive"] == SENSITIVE


@pytest.mark.parametrize(("version", "names"), read("names").items())
def test_every_airflow_has_the_names_that_programs_of_the_chart_import(
    version: str, names: dict[str, Any]
):
    wanted = imported_names()
    assert wanted
    # `python -m scripts options` looks for new names.
    assert wanted - names.keys() == set()
