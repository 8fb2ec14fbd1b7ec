"""Ways that work stay as they are: no refusal, no other object."""

from typing import Any

import pytest

from scripts.manifests.network_policies import NAMESPACE_NAME, End
from tests.chart.cases import Case
from tests.chart.inputs.asked import policies_of, reaching, rendered

GATEWAYS = {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: "gateways"}}}
BARE = {"annotations": {"sidecar.istio.io/inject": "false"}}
MESHED = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "postgresql")


def test_no_pod_names_a_user_when_values_name_none():
    values = {
        "uid": None,
        "gid": None,
        "createUserJob": {"enabled": True},
        "postgresql": {
            "securityContexts": {"pod": {"runAsUser": None, "runAsGroup": None, "fsGroup": None}}
        },
    }
    text = rendered(values).text
    assert [key for key in ("runAsUser", "runAsGroup", "fsGroup") if f"{key}:" in text] == []


def test_a_route_of_values_leads_to_the_api_server():
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "flows", "namespace": "{{ .Release.Namespace }}"},
        "spec": {
            "hostnames": ["flows.example.com"],
            "parentRefs": [{"name": "public", "namespace": "gateways"}],
            "rules": [{"backendRefs": [{"name": "{{ .Release.Name }}-api-server", "port": 8080}]}],
        },
    }
    manifests = rendered(
        {
            "apiServer": {"networkPolicy": {"ingress": {"from": [GATEWAYS]}}},
            "extraObjects": {"flows": route},
        }
    )
    backend = manifests.find("HTTPRoute", "flows")["spec"]["rules"][0]["backendRefs"][0]
    assert manifests.has("Service", backend["name"])
    case = Case(manifests)
    assert case.network.allows(End("gateways"), case.ends["api-server"], 8080)


def test_a_git_bundle_is_in_the_configuration_and_reachable():
    bundle = {
        "name": "flows",
        "classpath": "airflow.providers.git.bundles.git.GitDagBundle",
        "kwargs": {"repo_url": "https://git.example.com/data/flows.git", "tracking_ref": "main"},
    }
    manifests = rendered({"dagProcessor": {"dagBundleConfigList": [bundle]}})
    assert bundle in Case(manifests).bundles
    assert "dag-processor" in reaching(manifests, "8.8.8.8", 22) & reaching(
        manifests, "8.8.8.8", 443
    )


@pytest.mark.parametrize(("key", "name"), [("git-sync", "git"), ("helper", "internet")])
def test_a_container_with_a_way_out_is_accepted(key: str, name: str):
    values = {
        "dagProcessor": {"extraContainers": {key: {"image": f"registry.example.com/{key}:1"}}},
        "networkPolicies": {"egress": {"dag-processor": {name: True}}},
    }
    assert "dag-processor" in reaching(rendered(values), "8.8.8.8", 443)


def test_annotations_of_a_job_are_on_the_job():
    annotations = {
        "argocd.argoproj.io/hook": "Sync",
        "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    }
    block = {"useHelmHooks": False, "jobAnnotations": annotations}
    job = rendered({"migrateDatabaseJob": block}).workload("run-airflow-migrations")
    assert annotations.items() <= job["metadata"]["annotations"].items()


MESH: dict[str, Any] = {
    "migrateDatabaseJob": BARE,
    "createSecretsJob": BARE,
    "createUserJob": {"enabled": True, **BARE},
    "workers": {"podAnnotations": {"sidecar.istio.io/nativeSidecar": "true"}},
    "networkPolicies": {
        "destinations": {"mesh": {"cidrs": ["10.60.0.15/32"], "ports": [15012]}},
        "egress": {name: {"mesh": True} for name in MESHED},
    },
}


def test_pods_of_jobs_keep_a_mesh_out():
    pods = [pod for pod in rendered(MESH).pods() if pod.owner.startswith("Job/")]
    assert len(pods) == 3
    assert [pod for pod in pods if not BARE["annotations"].items() <= pod.annotations.items()] == []


def test_pods_reach_the_control_plane_of_a_mesh():
    assert reaching(rendered(MESH), "10.60.0.15", 15012) == set(MESHED)


def test_pods_that_tasks_launch_reach_the_control_plane_of_a_mesh():
    policies = rendered(MESH).of("NetworkPolicy")
    with_port = [one for one in policies if "15012" in str(one["spec"].get("egress"))]
    assert len(with_port) == len(MESHED) + 1


def test_an_image_is_a_volume_of_tasks():
    image = {"reference": "registry.example.com/venvs:7", "pullPolicy": "IfNotPresent"}
    collector = {"image": "registry.example.com/collector:1", "restartPolicy": "Always"}
    workers = {
        "extraVolumes": {"venvs": {"image": image}},
        "extraVolumeMounts": {"venvs": {"mountPath": "/venvs"}},
        "extraInitContainers": {"collector": collector},
    }
    pod = rendered({"workers": workers}).pod("worker")
    assert pod.volumes["venvs"]["image"] == image
    assert pod.main.mounts["/venvs"]["name"] == "venvs"
    assert pod.container("collector").spec["restartPolicy"] == "Always"


def test_every_pod_has_the_credentials_of_the_registry():
    pods = rendered({"imagePullSecrets": ["registry-login"]}).pods()
    assert pods
    wanted = [{"name": "registry-login"}]
    assert [str(pod) for pod in pods if pod.spec["imagePullSecrets"] != wanted] == []


def test_an_image_by_digest_is_that_of_every_pod_of_airflow():
    digest = f"sha256:{'0123456789abcdef' * 4}"
    values = {"images": {"airflow": {"digest": digest}}, "airflowVersion": "3.3.2"}
    assert rendered(values).pod("scheduler").main.image.endswith(f"@{digest}")


def test_an_existing_claim_of_dags_is_mounted():
    dags = {"persistence": {"enabled": True, "existingClaim": "flows"}}
    volumes = rendered({"dags": dags}).pod("dag-processor").volumes.values()
    claim = {"claimName": "flows"}
    assert claim in [volume.get("persistentVolumeClaim") for volume in volumes]


def test_a_field_of_the_pod_that_has_no_value_is_set_by_pod():
    pod = rendered({"scheduler": {"pod": {"hostname": "flows"}}}).pod("scheduler")
    assert pod.spec["hostname"] == "flows"


def test_metrics_reach_an_exporter_that_values_name():
    values = {
        "config": {"metrics": {"statsd_on": True, "statsd_host": "exporter", "statsd_port": 9125}},
        "networkPolicies": {
            "destinations": {
                "metrics": {"cidrs": ["10.50.0.0/16"], "ports": [], "udpPorts": [9125]}
            }
        },
    }
    manifests = rendered(values)
    assert reaching(manifests, "10.50.0.1", 9125, "UDP") == set(MESHED) - {"postgresql"}
    assert policies_of(manifests, "scheduler")
