"""What kubelet, kube-proxy and containerd are told in files, and who logs in how."""

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
    """Kubelet's configuration; `open_files` is what the machine grants at most."""
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
        # A machine without systemd has no other driver, and some have version 1 only.
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [DNS_SERVICE],
        "clusterDomain": "cluster.local",
        # Pods cannot reach the machine's own DNS server: none is better than one that times out.
        "resolvConf": "",
        "podLogsDir": str(STATE / "log" / "pods"),
        "volumePluginDir": str(STATE / "kubelet" / "volume-plugins"),
        "maxOpenFiles": open_files,
        # Lowering its own score needs a capability that a container may not have.
        "oomScoreAdj": 0,
        # The disk belongs to somebody who works here: neither images nor pods go for its sake.
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
    """kube-proxy's configuration."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": PODS,
        "clientConnection": {"kubeconfig": str(STATE / "configuration" / "kube-proxy.kubeconfig")},
        "hostnameOverride": NAME,
        # The table's size is the machine's, not the network namespace's.
        "conntrack": {"maxPerCore": 0},
        "oomScoreAdj": 0,
    }


def containerd(*, pause: str, plugins: Path) -> str:
    """containerd's configuration: the pause image's name and the folder of the network plugin."""
    return f"""version = 3
root = "{STATE}/containerd"
state = "/run/containerd"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "{pause}"

[plugins."io.containerd.cri.v1.runtime"]
# Without CAP_SYS_RESOURCE no score may be lowered.
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

# A node that can be made anew in seconds need not survive a power cut.
[plugins."io.containerd.metadata.v1.bolt"]
no_sync = true
"""


def kubeconfig(identity: str) -> dict[str, Any]:
    """How an identity of certificates.py logs in; everything in one file that can be copied."""
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
    """Write a file for the owner's eyes if it is not the same already, and never half of it."""
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
