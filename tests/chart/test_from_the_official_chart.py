"""The examples of docs/from-the-official-chart.md render, and do what the page says."""

import re
from typing import Any

import pytest
import yaml

from scripts.manifests.network_policies import End, Network, pod_end
from scripts.paths import ROOT
from tests.chart.cases import merged
from tests.conftest import EVERYTHING_ON, Render
from tests.schemas import SUPPORTED, problems

PAGE = (ROOT / "docs" / "from-the-official-chart.md").read_text()
# The examples of each section, by the title of the section.
EXAMPLES = {
    title: [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)]
    for title, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
ALL = [(title, example) for title, examples in EXAMPLES.items() for example in examples]


def the(title: str) -> dict[str, Any]:
    """The first example of a section."""
    return EXAMPLES[title][0]


@pytest.mark.parametrize(("title", "values"), ALL, ids=[title for title, _ in ALL])
def test_every_example_renders_valid_objects(taken, title: str, values: dict):
    found = {str(one["metadata"]["name"]): one for one in taken(values).objects}
    wrong = {name: problems(one, SUPPORTED[-1]) for name, one in found.items()}
    assert {name: said for name, said in wrong.items() if said} == {}


def test_the_database_cleanup_keeps_rows_for_the_stated_days(render: Render):
    main = render(the("Database cleanup")).pod("database-cleanup").main
    assert "-60 days" in main.arguments[-1]


def test_pgbouncer_reads_the_secrets_that_values_name(render: Render):
    pod = render(the("PgBouncer")).pod("pgbouncer")
    named = {one.get("secret", {}).get("secretName") for one in pod.volumes.values()}
    assert "airflow-pgbouncer" in named
    exporter = pod.container("metrics-exporter").env["DATABASE_URL"]
    assert exporter["secretKeyRef"]["name"] == "airflow-pgbouncer-stats"


def test_the_route_leads_to_the_api_server(render: Render):
    manifests = render(the("A route of the Gateway API"))
    route = manifests.find("HTTPRoute", "airflow-http-route")["spec"]
    assert route == {
        "hostnames": ["airflow.example.com"],
        "parentRefs": [{"name": "public", "namespace": "gateways"}],
        "rules": [{"backendRefs": [{"name": "airflow-api-server", "port": 8080}]}],
    }
    server = pod_end(manifests.pod("api-server"), "airflow")
    assert Network(manifests).allows(End("gateways", {"app": "gateway"}), server, 8080)


def test_the_kerberos_sidecar_starts_before_the_task(render: Render):
    pod = render(the("Kerberos")).pod("worker")
    assert pod.container("kerberos-init").is_init
    assert pod.container("worker-kerberos").spec["restartPolicy"] == "Always"
    assert "/var/kerberos-ccache" in pod.main.mounts


@pytest.mark.parametrize("executor", ["KubernetesExecutor", "CeleryExecutor"])
def test_on_openshift_no_pod_of_any_component_has_a_user(render: Render, executor: str):
    every = yaml.safe_load(EVERYTHING_ON.read_text())
    pods = render(merged(every, the("OpenShift") | {"executor": executor})).pods()
    contexts = {str(pod): [pod.spec["securityContext"]] for pod in pods}
    for pod in pods:
        contexts[str(pod)] += [c.spec["securityContext"] for c in pod.containers]
    users = {"runAsUser", "runAsGroup", "fsGroup"}
    assert "Deployment/airflow-pgbouncer" in contexts
    assert [pod for pod, ours in contexts.items() if any(users & one.keys() for one in ours)] == []
