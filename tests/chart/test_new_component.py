"""A component is a row of files/components.yaml and a template; the rest follows from them.

The component is added to a copy of the chart. Its values, their schema and its NetworkPolicy,
ServiceAccount, Service and PodDisruptionBudget are those of any other component.
"""

from pathlib import Path

import pytest
import yaml

from scripts.manifests import identity
from scripts.paths import CHART
from scripts.releases.render import helm_template
from scripts.values.chart_files import chart_files
from tests.chart.cases import Case, policies
from tests.chart.components import DEPLOYMENTS
from tests.chart.copies import copy_chart
from tests.chart.properties import PROPERTIES, offenders
from tests.chart.tables import Tables
from tests.rendered import Manifests

ROW = """
reporter:
  key: reporter
  kind: Deployment
  namespace: release
  replicated: true
  serves: 8123
  calls: {postgresql: always, kubernetes: always, metrics: always}
  roles:
    reporter:
      when: always
      rules:
        - {apiGroups: [""], resources: [pods], verbs: [list]}
"""
TEMPLATE = """\
{{- /* A component that the chart does not have. */ -}}
{{- $_ := include "airflow.prepare" $ }}
{{- include "airflow.component" (dict "root" $ "component" "reporter") }}

{{- define "airflow.reporter.facts" -}}
args: [airflow, reporter]
ports: {reporter: 8123}
service: {headless: true}
{{- end }}
"""
TWO = {"reporter": {"replicas": 2, "podDisruptionBudget": {"enabled": True}}}


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the chart with the component."""
    rows = (CHART / "files" / "components.yaml").read_text() + ROW
    added = {"files/components.yaml": rows, "templates/reporter.yaml": TEMPLATE}
    copy = copy_chart(tmp_path_factory.mktemp("chart"), added)
    for path, text in chart_files(copy).items():
        path.write_text(text)
    return copy


@pytest.fixture(scope="module")
def case(chart: Path) -> Case:
    manifests = Manifests(helm_template(values=TWO, chart=chart))
    return Case(manifests, policies=policies([]), tables=Tables.read(chart))


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_new_component_has_every_property(case: Case, name: str):
    assert offenders(name, case) == {}


def test_a_new_component_has_the_objects_of_any_other(case: Case):
    named = {identity(one) for one in case.manifests.objects if "reporter" in identity(one)}
    assert named == {
        "Deployment/airflow-reporter",
        "NetworkPolicy/airflow-reporter-policy",
        "PodDisruptionBudget/airflow-reporter-pdb",
        "Role/airflow-reporter-role",
        "RoleBinding/airflow-reporter-rolebinding",
        "Service/airflow-reporter",
        "ServiceAccount/airflow-reporter",
    }


def test_of_all_other_objects_only_the_policies_of_its_callees_change(
    case: Case, defaults: Manifests
):
    before = {identity(one): one for one in defaults.objects}
    after = {identity(one): one for one in case.manifests.objects}
    assert before.keys() <= after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"NetworkPolicy/airflow-postgresql-policy"}


def test_a_new_component_has_the_values_of_any_deployment(chart: Path):
    values = yaml.safe_load((chart / "values.yaml").read_text())
    common = set.intersection(*(set(values[one.key]) for one in DEPLOYMENTS))
    # These are stated only where a default differs from that of Kubernetes.
    assert common - values["reporter"].keys() <= {"livenessProbe", "terminationGracePeriodSeconds"}
