"""Configuration files of the node."""

import tomllib
from pathlib import Path

import yaml

from scripts.paths import STATE
from scripts.workshop.cluster import configuration, dns
from scripts.workshop.cluster.layout import CGROUP, DNS_SERVICE, PODS


def containerd() -> dict:
    text = configuration.containerd(pause="localhost/pause:1-abc", plugins=Path("/plugins"))
    return tomllib.loads(text)["plugins"]


def test_containerd_uses_our_pause_image_and_cilium():
    runtime = containerd()["io.containerd.cri.v1.runtime"]
    images = containerd()["io.containerd.cri.v1.images"]
    assert images["pinned_images"]["sandbox"] == "localhost/pause:1-abc"
    assert runtime["cni"]["bin_dirs"] == ["/plugins"]


def test_containerd_runs_without_systemd_and_without_raised_capabilities():
    runtime = containerd()["io.containerd.cri.v1.runtime"]
    assert runtime["containerd"]["runtimes"]["runc"]["options"]["SystemdCgroup"] is False
    assert runtime["restrict_oom_score_adj"] is True


def test_kubelet_keeps_pods_in_the_nodes_cgroup():
    told = configuration.kubelet(open_files=20000)
    assert (told["cgroupRoot"], told["cgroupDriver"]) == (f"/{CGROUP}", "cgroupfs")


def test_kubelet_opens_no_more_files_than_the_limit_of_the_machine():
    assert configuration.kubelet(open_files=20000)["maxOpenFiles"] == 20000


def test_kubelet_refuses_anonymous_requests():
    told = configuration.kubelet(open_files=20000)
    assert told["authentication"]["anonymous"] == {"enabled": False}
    assert told["authorization"] == {"mode": "Webhook"}


def test_kubelet_pulls_images_in_parallel():
    assert configuration.kubelet(open_files=20000)["serializeImagePulls"] is False


def test_kubelet_writes_only_below_our_folder():
    told = configuration.kubelet(open_files=20000)
    for key in ("podLogsDir", "volumePluginDir"):
        assert Path(told[key]).is_relative_to(STATE)


def test_kube_proxy_has_the_network_of_pods():
    assert configuration.kube_proxy()["clusterCIDR"] == PODS


def test_a_configuration_is_written_once(tmp_path: Path):
    file = configuration.write(tmp_path / "kubelet.yaml", configuration.kubelet(open_files=1))
    first = file.stat()
    configuration.write(file, configuration.kubelet(open_files=1))
    assert (file.stat().st_mtime_ns, file.stat().st_mode & 0o777) == (first.st_mtime_ns, 0o600)


def test_the_dns_manifest_has_each_placeholder_once():
    text = dns.MANIFEST.read_text()
    objects = [o for o in yaml.safe_load_all(dns.manifest("localhost/coredns:1")) if o]
    service = next(o for o in objects if o["kind"] == "Service")
    deployment = next(o for o in objects if o["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert text.count("image: IMAGE") == 1
    assert (service["spec"]["clusterIP"], container["image"]) == (
        DNS_SERVICE,
        "localhost/coredns:1",
    )
