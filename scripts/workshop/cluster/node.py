"""The node: a complete Kubernetes in namespaces of its own on this machine."""

import resource
import socket
from collections.abc import Callable
from contextlib import closing
from functools import partial

from scripts.go_programs import program
from scripts.paths import KUBECONFIG, STATE
from scripts.workshop.cluster import (
    certificates,
    cgroups,
    configuration,
    namespaces,
    node_api,
    sysctls,
)
from scripts.workshop.cluster.layout import (
    CERTIFICATES,
    CNI_CONFIGURATION,
    CONFIGURATION,
    NAME,
    NODE_ADDRESS,
    PODS,
    SERVICES,
    SYSTEM_PATH,
)
from scripts.workshop.cluster.supervisor import Part, require, running, start, stop
from scripts.workshop.cluster.waiting import wait

ETCD = "http://127.0.0.1:2379"


def start_node(pause: str) -> None:
    """Start what does not run of the node; `pause` names the image that holds a pod's place."""
    prepare(pause)
    database, runtime, server = etcd(), containerd(), api_server()
    if start(database) and (left := running(server)):
        # It would find its database again, but takes a minute or two for that.
        stop([left])
    start(runtime)
    start(server)
    wait_for(database, runtime, server)
    for part in (controller_manager(), scheduler(), kubelet(), kube_proxy()):
        start(part)


def prepare(pause: str) -> None:
    """Make all that the node's processes find when they start."""
    STATE.mkdir(parents=True, exist_ok=True, mode=0o711)
    sysctls.remember()
    cgroups.create()
    namespaces.create()
    certificates.create(CERTIFICATES)
    CNI_CONFIGURATION.mkdir(parents=True, exist_ok=True)
    (STATE / "etcd").mkdir(mode=0o700, exist_ok=True)
    write = configuration.write
    plugins = program("cilium-cni").parent
    write(CONFIGURATION / "containerd.toml", configuration.containerd(pause=pause, plugins=plugins))
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_files = min(limit, 1_000_000) if limit != resource.RLIM_INFINITY else 1_000_000
    write(CONFIGURATION / "kubelet.yaml", configuration.kubelet(open_files=open_files))
    write(CONFIGURATION / "kube-proxy.yaml", configuration.kube_proxy())
    for name in ("kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet"):
        write(CONFIGURATION / f"{name}.kubeconfig", configuration.kubeconfig(name))
    write(KUBECONFIG, configuration.kubeconfig("admin"))


def wait_for(database: Part, runtime: Part, server: Part) -> None:
    """Wait until the API server and containerd answer; an ended part is told at once."""

    def answer(check: Callable[[], bool]) -> bool:
        for part in (database, runtime, server):
            require(part)
        return check()

    for part, check in ((server, node_api.is_ready), (runtime, lambda: _listens(runtime))):
        hint = f"Its log is {part.log}."
        wait(f"{part.name} is ready", partial(answer, check), seconds=90, hint=hint)


def wait_until_ready() -> None:
    """Wait until the node may run pods, the network being there."""
    part = kubelet()

    def ready() -> bool:
        require(part)
        return node_api.node_is_ready()

    wait("The node is ready", ready, seconds=120, hint=f"Its log is {part.log}.")


def etcd() -> Part:
    """The database; a node that is made anew in seconds need not survive a power cut."""
    peer = "http://127.0.0.1:2380"
    return _part(
        "etcd",
        f"--data-dir={STATE}/etcd",
        "--unsafe-no-fsync",
        f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--log-level=warn",
    )


def containerd() -> Part:
    """The container runtime; it finds the shim and runc on PATH."""
    file = CONFIGURATION / "containerd.toml"
    executable = program("containerd")
    program("containerd-shim-runc-v2")
    path = f"{executable.parent}:{SYSTEM_PATH}"
    return Part(
        "containerd",
        (str(executable), f"--config={file}", "--log-level=warn"),
        environment={"PATH": path},
        configuration=(file,),
    )


def api_server() -> Part:
    """The API server, which is reached from outside the node by the node's address."""
    own, authority = CERTIFICATES / "kube-apiserver", CERTIFICATES / "ca.crt"
    accounts = CERTIFICATES / "service-accounts"
    return _part(
        "kube-apiserver",
        f"--etcd-servers={ETCD}",
        f"--advertise-address={NODE_ADDRESS}",
        "--secure-port=6443",
        f"--tls-cert-file={own}.crt",
        f"--tls-private-key-file={own}.key",
        f"--client-ca-file={authority}",
        f"--service-account-key-file={accounts}.pub",
        f"--service-account-signing-key-file={accounts}.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-cluster-ip-range={SERVICES}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        f"--kubelet-client-certificate={own}-kubelet.crt",
        f"--kubelet-client-key={own}-kubelet.key",
        f"--kubelet-certificate-authority={authority}",
        f"--requestheader-client-ca-file={authority}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={CERTIFICATES}/front-proxy.crt",
        f"--proxy-client-key-file={CERTIFICATES}/front-proxy.key",
        # Names of nodes are known to no DNS server.
        "--kubelet-preferred-address-types=InternalIP",
        "--allow-privileged",
        "--profiling=false",
    )


def controller_manager() -> Part:
    """The controllers, those that cloud providers and several nodes need included."""
    return _client_part(
        "kube-controller-manager",
        f"--service-account-private-key-file={CERTIFICATES}/service-accounts.key",
        f"--root-ca-file={CERTIFICATES}/ca.crt",
        "--use-service-account-credentials",
        "--leader-elect=false",
        "--allocate-node-cidrs",
        f"--cluster-cidr={PODS}",
        "--node-cidr-mask-size=24",
        "--profiling=false",
    )


def scheduler() -> Part:
    """The scheduler."""
    return _client_part("kube-scheduler", "--leader-elect=false", "--profiling=false")


def kubelet() -> Part:
    """The kubelet, whose pods live below the node's own cgroup."""
    file = CONFIGURATION / "kubelet.yaml"
    return _part(
        "kubelet",
        f"--config={file}",
        f"--kubeconfig={CONFIGURATION}/kubelet.kubeconfig",
        f"--hostname-override={NAME}",
        f"--node-ip={NODE_ADDRESS}",
        f"--root-dir={STATE}/kubelet",
        f"--cert-dir={STATE}/kubelet/pki",
        configuration=(file, CERTIFICATES / "kubelet.crt"),
    )


def kube_proxy() -> Part:
    """The proxy that makes Services reachable, with iptables of the node's network namespace."""
    file = CONFIGURATION / "kube-proxy.yaml"
    return _part("kube-proxy", f"--config={file}", configuration=(file,))


def _listens(runtime: Part) -> bool:
    """Tell whether containerd takes questions, at its socket in the node's own /run."""
    with closing(socket.socket(socket.AF_UNIX)) as tried:
        try:
            tried.connect(f"/proc/{running(runtime)}/root{configuration.CONTAINERD_SOCKET}")
        except OSError:
            return False
    return True


def _client_part(name: str, *arguments: str) -> Part:
    file = CONFIGURATION / f"{name}.kubeconfig"
    logins = [f"--{use}kubeconfig={file}" for use in ("", "authentication-", "authorization-")]
    return _part(name, *logins, *arguments, configuration=(file,))


def _part(name: str, *arguments: str, configuration: tuple = ()) -> Part:
    return Part(name, (str(program(name)), *arguments), configuration=configuration)
