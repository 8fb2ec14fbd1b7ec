"""The node: a complete Kubernetes in its own namespaces on this machine."""

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
    """Start the processes of the node that do not run; `pause` is the image of sandboxes."""
    prepare(pause)
    database, runtime, server = etcd(), containerd(), api_server()
    if start(database) and (left := running(server)):
        # It would reconnect to its database, but only after a minute or two.
        stop([left])
    start(runtime)
    start(server)
    wait_for(database, runtime, server)
    for part in (controller_manager(), scheduler(), kubelet(), kube_proxy()):
        start(part)


def prepare(pause: str) -> None:
    """Create the namespaces, certificates and files that the node's processes need."""
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
    """Wait until the API server and containerd answer; raise Refusal when a process has ended."""

    def answer(check: Callable[[], bool]) -> bool:
        for part in (database, runtime, server):
            require(part)
        return check()

    for part, check in ((server, node_api.is_ready), (runtime, lambda: _listens(runtime))):
        hint = f"Log: {part.log}."
        wait(f"{part.name} did not become ready", partial(answer, check), seconds=90, hint=hint)


def wait_until_ready() -> None:
    """Wait until the node is Ready, which includes its network."""
    part = kubelet()

    def ready() -> bool:
        require(part)
        return node_api.node_is_ready()

    wait("The node did not become ready", ready, seconds=120, hint=f"Log: {part.log}.")


def etcd() -> Part:
    """Return the database, without fsync: the node can be recreated after a power loss."""
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
    """Return the container runtime, which finds the shim and runc on PATH."""
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
    """Return the API server, which is reachable from outside at the node's address."""
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
        # No DNS server resolves names of nodes.
        "--kubelet-preferred-address-types=InternalIP",
        "--allow-privileged",
        "--profiling=false",
    )


def controller_manager() -> Part:
    """Return the controller manager, with all default controllers."""
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
    """Return the scheduler."""
    return _client_part("kube-scheduler", "--leader-elect=false", "--profiling=false")


def kubelet() -> Part:
    """Return kubelet, whose pods run below the node's own cgroup."""
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
    """Return kube-proxy, which uses iptables of the node's network namespace."""
    file = CONFIGURATION / "kube-proxy.yaml"
    return _part("kube-proxy", f"--config={file}", configuration=(file,))


def _listens(runtime: Part) -> bool:
    """Return whether containerd listens on its socket in the node's own /run."""
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
