"""The database of the release, for environments that may lose it."""

from typing import Any

import pytest
import yaml

from scripts.manifests import hook_events
from scripts.paths import CHART
from scripts.releases.render import run_template
from tests.conftest import Render
from tests.rendered import Manifests, Pod

EXTERNAL = {
    "postgresql": {"enabled": False},
    "data": {"metadataSecretName": "mine"},
    "networkPolicies": {"database": {"cidrs": ["10.1.0.0/16"]}},
}
DATA = "/var/lib/postgresql/data"


@pytest.fixture
def pod(render: Render):
    """The pod for settings of the database."""

    def act(**settings: Any) -> Pod:
        return render({"postgresql": settings}).pod("postgresql")

    return act


def claims(manifests: Manifests) -> list[dict[str, Any]]:
    return [
        claim
        for claim in manifests.of("PersistentVolumeClaim")
        if claim["metadata"]["name"] == "airflow-postgresql"
    ]


def test_it_makes_the_database_and_the_user_that_the_url_names(pod):
    env = pod(auth={"username": "ada", "database": "engine"}).main.env
    assert (env["POSTGRES_USER"], env["POSTGRES_DB"]) == ("ada", "engine")


def test_its_password_is_a_file(pod):
    main = pod().main
    assert main.env["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgresql/password"
    assert "POSTGRES_PASSWORD" not in main.env


def test_its_text_is_utf_8(pod):
    assert "UTF8" in pod().main.env["POSTGRES_INITDB_ARGS"]


def test_its_data_is_in_a_folder_of_the_volume(pod):
    # The root of a volume may hold lost+found, which initdb refuses.
    assert pod().main.env["PGDATA"].startswith(f"{DATA}/")


def test_its_folder_of_sockets_is_writable(pod):
    assert "/var/run/postgresql" in pod().main.mounts


def test_settings_of_the_server_are_its_arguments(pod):
    arguments = pod(config={"work_mem": "8MB"}).main.arguments
    assert arguments[0] == "postgres"
    assert "work_mem=8MB" in arguments


def test_it_has_a_connection_for_every_pool(defaults: Manifests):
    arguments = defaults.pod("postgresql").main.arguments
    found = [arg for arg in arguments if arg.startswith("max_connections=")]
    assert int(found[0].partition("=")[2]) >= 200


def test_it_runs_the_image_that_values_name(pod):
    image = {"repository": "example.com/postgres", "tag": "18", "pullPolicy": "Always"}
    main = pod(image=image).main
    assert (main.image, main.spec["imagePullPolicy"]) == ("example.com/postgres:18", "Always")


def test_a_digest_is_used_instead_of_a_tag(pod):
    digest = "sha256:" + "a" * 64
    assert pod(image={"digest": digest}).main.image == f"postgres@{digest}"


def test_there_is_no_claim_by_default(defaults: Manifests):
    assert claims(defaults) == []
    assert "emptyDir" in defaults.pod("postgresql").volumes["data"]


def test_persistence_adds_a_claim(render: Render):
    settings = {"enabled": True, "size": "7Gi", "storageClassName": "fast"}
    claim = claims(render({"postgresql": {"persistence": settings}}))[0]
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "7Gi"}},
        "storageClassName": "fast",
    }


def test_a_dash_is_the_empty_storage_class(render: Render):
    settings = {"enabled": True, "storageClassName": "-"}
    claim = claims(render({"postgresql": {"persistence": settings}}))[0]
    assert claim["spec"]["storageClassName"] == ""


def test_persistence_can_be_enabled_later(render: Render):
    # Kubernetes refuses a changed claim template: no upgrade would pass.
    manifests = render({"postgresql": {"persistence": {"enabled": True}}})
    assert "volumeClaimTemplates" not in manifests.workload("postgresql")["spec"]


def test_its_volume_is_the_claim(render: Render):
    pod = render({"postgresql": {"persistence": {"enabled": True}}}).pod("postgresql")
    assert pod.volumes["data"]["persistentVolumeClaim"] == {"claimName": "airflow-postgresql"}


def test_a_claim_has_annotations(render: Render):
    settings = {"enabled": True, "annotations": {"a": "b"}}
    claim = claims(render({"postgresql": {"persistence": settings}}))[0]
    assert claim["metadata"]["annotations"]["a"] == "b"


def test_an_existing_claim_is_used(render: Render):
    manifests = render({"postgresql": {"persistence": {"enabled": True, "existingClaim": "mine"}}})
    volume = manifests.pod("postgresql").volumes["data"]
    assert volume["persistentVolumeClaim"] == {"claimName": "mine"}
    assert claims(manifests) == []


def test_a_password_of_yours_is_mounted(pod):
    volume = pod(auth={"existingSecret": "mine"}).volumes["password"]
    assert volume["secret"]["secretName"] == "mine"


def test_its_name_is_that_of_the_release_with_any_naming(render: Render):
    manifests = render({"useStandardNaming": True}, name="red")
    service = manifests.find("Service", "red-postgresql")
    workload = manifests.find("StatefulSet", "red-postgresql")
    assert workload["spec"]["serviceName"] == service["metadata"]["name"]
    assert "@red-postgresql.airflow:5432" in manifests.pod("create-secrets").main.arguments[-1]


def test_it_is_not_rendered_with_an_external_database(render: Render):
    text = render(EXTERNAL).text
    assert "airflow-postgresql" not in text


def test_the_url_of_an_external_database_is_in_your_secret(render: Render):
    source = render(EXTERNAL).pod("scheduler").main.env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert source == {"secretKeyRef": {"name": "mine", "key": "connection"}}


def test_its_probe_checks_that_it_accepts_connections(pod):
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        command = pod(auth={"username": "ada", "database": "e"}).main.spec[probe]["exec"]["command"]
        assert command[0] == "pg_isready"
        assert {"--username=ada", "--dbname=e"} <= set(command)


def test_it_is_another_user_than_airflow(pod):
    context = pod().spec["securityContext"]
    assert {context["runAsUser"], context["runAsGroup"], context["fsGroup"]} == {999}


def upgraded(enabled: bool) -> list[dict]:
    """The hooks of an upgrade, those of `helm test` left out."""
    values = {} if enabled else EXTERNAL
    text = run_template(values, name="airflow", chart=CHART, options=["--is-upgrade"]).stdout
    objects = [one for one in yaml.safe_load_all(text) if one]
    assert objects
    return [one for one in objects if hook_events(one) - {"test"}]


def test_an_upgrade_first_makes_a_service_that_the_official_database_has(render: Render):
    (hook,) = upgraded(enabled=True)
    assert (hook["kind"], hook["metadata"]["name"]) == ("Service", "airflow-postgresql-hl")
    # Without a policy, Helm would delete the Service of the official database before.
    assert hook["metadata"]["annotations"] == {
        "helm.sh/hook": "pre-upgrade",
        "helm.sh/hook-delete-policy": "hook-succeeded",
    }
    assert not render().has("Service", "airflow-postgresql-hl")


def test_an_upgrade_with_an_external_database_has_no_hook():
    assert upgraded(enabled=False) == []
