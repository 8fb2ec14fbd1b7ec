"""The pods' network: Cilium, which enforces NetworkPolicies."""

import shutil
from pathlib import Path

from scripts.errors import Refusal
from scripts.go_programs import build, module_folder, modules, program
from scripts.locks import locked
from scripts.paths import KUBECONFIG, STATE
from scripts.workshop.cluster import kubectl
from scripts.workshop.cluster.layout import CNI_CONFIGURATION, NAME, PODS, SYSTEM_PATH
from scripts.workshop.cluster.namespaces import inside
from scripts.workshop.cluster.subprocesses import run
from scripts.workshop.cluster.supervisor import Part, require, running, start
from scripts.workshop.cluster.waiting import wait

PACKAGE = "github.com/cilium/cilium"
# Parts of the source that the agent needs: programs for the kernel, and CRDs.
SOURCES = {"bpf": "bpf", "crds": "pkg/k8s/apis/cilium.io/client/crds"}
LIBRARY = STATE / "cilium"
TOOLS = LIBRARY / "bin"
# Written by the agent once it is ready. containerd does not notice a file that is moved into its
# folder, so this one is copied.
PLUGIN = LIBRARY / "cilium.conflist"
CGROUPS = "/run/cilium/cgroupv2"


def start_network() -> None:
    """Apply Cilium's CRDs, start its agent, and enable it for pods."""
    sources = files()
    kubectl.apply(*sorted((sources / "crds").glob("*/*.yaml")))
    prepare(sources)
    part = agent()
    if running(part) is None:
        PLUGIN.unlink(missing_ok=True)
    start(part)

    def ready() -> bool:
        require(part)
        return PLUGIN.exists()

    wait("Cilium did not become ready", ready, seconds=120, hint=f"Log: {part.log}.")
    configuration = CNI_CONFIGURATION / "05-cilium.conflist"
    if not configuration.exists():
        configuration.write_text(PLUGIN.read_text())


def files() -> Path:
    """Return the folder of Cilium's source files in the cache, fetched if needed."""
    module = modules()["cilium"]
    build(module, module.packages)
    if not all((module.folder / name).exists() for name in SOURCES):
        with locked(module.folder):
            source = module_folder(module.name, PACKAGE)
            for name, path in SOURCES.items():
                _copy(source / path, module.folder / name)
    return module.folder


def prepare(sources: Path) -> None:
    """Copy the programs for the kernel for the agent, with a compiler."""
    mark = LIBRARY / "from"
    if not mark.exists() or mark.read_text() != sources.name:
        shutil.rmtree(LIBRARY, ignore_errors=True)
        _copy(sources / "bpf", LIBRARY / "bpf")
        mark.write_text(sources.name)
    TOOLS.mkdir(exist_ok=True)
    for name in ("clang", "llc"):
        link = TOOLS / name
        link.unlink(missing_ok=True)
        link.symlink_to(compiler(name))
    run([*inside(), "mkdir", "-p", CGROUPS])


def compiler(name: str) -> Path:
    """Return the newest clang or llc, whose name may end with its version."""
    for version in ("-21", "-20", "-19", "-18", ""):
        if found := shutil.which(f"{name}{version}"):
            return Path(found)
    raise Refusal(f"`{name}` 18 or newer is needed to compile Cilium's programs for the kernel.")


def agent() -> Part:
    """Return Cilium's agent, for policies and the pod network only; kube-proxy serves Services."""
    executable = program("cilium-agent")
    path = f"{TOOLS}:{executable.parent}:{SYSTEM_PATH}"
    return Part(
        "cilium-agent",
        (
            str(executable),
            f"--k8s-kubeconfig-path={KUBECONFIG}",
            f"--lib-dir={LIBRARY}",
            f"--write-cni-conf-when-ready={PLUGIN}",
            "--cni-exclusive=false",
            "--bpf-root=/sys/fs/bpf",
            f"--cgroup-root={CGROUPS}",
            "--devices=eth0",
            "--ipam=kubernetes",
            "--routing-mode=native",
            f"--ipv4-native-routing-cidr={PODS}",
            "--enable-ipv6=false",
            "--enable-ipv4-masquerade=true",
            "--enable-bpf-masquerade=false",
            "--kube-proxy-replacement=false",
            "--bpf-lb-sock=false",
            "--identity-allocation-mode=crd",
            # An ipBlock may contain the node, with the API server.
            "--policy-cidr-match-mode=nodes",
            # Rules with DNS names need the agent's DNS proxy. Envoy is not installed, so the agent
            # must neither start it nor check its version; HTTP rules do not work.
            "--enable-l7-proxy=true",
            "--external-envoy-proxy=true",
            "--disable-envoy-version-check=true",
            "--enable-envoy-config=false",
            "--enable-hubble=false",
            "--enable-health-checking=false",
            "--enable-endpoint-health-checking=false",
            "--enable-gops=false",
        ),
        environment={"K8S_NODE_NAME": NAME, "PATH": path},
        configuration=(LIBRARY / "from",),
    )


def _copy(source: Path, target: Path) -> None:
    """Copy a folder of Go's module cache, which is read-only, atomically."""
    if target.exists():
        return
    aside = target.with_name(f".{target.name}")
    if aside.exists():
        shutil.rmtree(aside)
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, aside, copy_function=shutil.copyfile)
    run(["chmod", "-R", "u+w", aside])
    aside.rename(target)
