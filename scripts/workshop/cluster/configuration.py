"""Configuration files of kubelet, kube-proxy and containerd, and kubeconfigs."""

import base64
import os
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import STATE
from scripts.workshop.cluster.layout import (
    API_SERVER,
    CERTIFICATES,
    CGROUP,
    CNI_CONFIGURATION,
    DNS_SERVICE,
    NAME,
    PODS,
)

CONTAINERD_SOCKET = "/run/containerd/containerd.sock"


def kubelet(*, open_files: int) -> dict[str, Any]:
    """Return kubelet's configuration; `open_files` is the limit of the machine."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(CERTIFICATES / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(CERTIFICATES / "kubelet.crt"),
        "tlsPrivateKeyFile": str(CERTIFICATES / "kubelet.key"),
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        # The only driver without systemd; some machines have version 1 only.
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [DNS_SERVICE],
        "clusterDomain": "cluster.local",
        # Pods cannot reach the machine's DNS server; without one, queries fail at once.
        "resolvConf": "",
        "podLogsDir": str(STATE / "log" / "pods"),
        "volumePluginDir": str(STATE / "kubelet" / "volume-plugins"),
        "maxOpenFiles": open_files,
        # A container may lack the capability to lower its own OOM score.
        "oomScoreAdj": 0,
        # The disk is shared with other programs: never evict images or pods when it is full.
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
        },
        "imageGCHighThresholdPercent": 100,
        "serializeImagePulls": False,
        "shutdownGracePeriod": "0s",
    }


def kube_proxy() -> dict[str, Any]:
    """Return kube-proxy's configuration."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": PODS,
        "clientConnection": {"kubeconfig": str(STATE / "configuration" / "kube-proxy.kubeconfig")},
        "hostnameOverride": NAME,
        # The size of the table is that of the machine, not of the network namespace.
        "conntrack": {"maxPerCore": 0},
        "oomScoreAdj": 0,
    }


def containerd(*, pause: str, plugins: Path) -> str:
    """Return containerd's configuration for a pause image and a folder of network plugins."""
    return f"""version = 3
root = "{STATE}/containerd"
state = "/run/containerd"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "{pause}"

[plugins."io.containerd.cri.v1.runtime"]
# Without CAP_SYS_RESOURCE, OOM scores cannot be lowered.
restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["{plugins}"]
conf_dir = "{CNI_CONFIGURATION}"
use_internal_loopback = true

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
SystemdCgroup = false

[plugins."io.containerd.internal.v1.opt"]
path = "{STATE}/containerd/opt"

[plugins."io.containerd.nri.v1.nri"]
disable = true

# No fsync: the node can be recreated in seconds after a power loss.
[plugins."io.containerd.metadata.v1.bolt"]
no_sync = true
"""


def kubeconfig(identity: str) -> dict[str, Any]:
    """Return the kubeconfig of an identity of certificates.py, with its certificates inline."""
    name = "airflow-on-kubernetes"
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": API_SERVER,
                    "certificate-authority-data": _data(CERTIFICATES / "ca.crt"),
                },
            }
        ],
        "users": [
            {
                "name": identity,
                "user": {
                    "client-certificate-data": _data(CERTIFICATES / f"{identity}.crt"),
                    "client-key-data": _data(CERTIFICATES / f"{identity}.key"),
                },
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": identity}}],
        "current-context": name,
    }


def write(file: Path, content: str | dict[str, Any]) -> Path:
    """Write a file that only its owner can read, atomically, unless it is up to date."""
    text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
    if not file.exists() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f"{file.name}.new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
        aside.replace(file)
    return file


def _data(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
