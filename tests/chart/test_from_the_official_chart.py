"""The examples of docs/from-the-official-chart.md render, and do what the page says."""

import re
from typing import Any

import pytest
import yaml

from scripts.manifests.network_policies import End, Network, pod_end
from scripts.paths import ROOT
from tests.conftest import Render
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


def test_pods_without_user_ids_have_no_user(render: Render):
    pods = render(the("OpenShift")).pods()
    contexts = [pod.spec["securityContext"] for pod in pods]
    contexts += [c.spec["securityContext"] for pod in pods for c in pod.containers]
    users = {"runAsUser", "runAsGroup", "fsGroup"}
    assert contexts
    assert [one for one in contexts if users & one.keys()] == []
