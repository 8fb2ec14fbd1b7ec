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
# What the agent needs of its source: the programs for the kernel, and its kinds of objects.
SOURCES = {"bpf": "bpf", "crds": "pkg/k8s/apis/cilium.io/client/crds"}
LIBRARY = STATE / "cilium"
TOOLS = LIBRARY / "bin"
# Written by the agent once it is ready. containerd misses a file that is moved to its place, so
# this one is copied there.
PLUGIN = LIBRARY / "cilium.conflist"
CGROUPS = "/run/cilium/cgroupv2"


def start_network() -> None:
    """Tell the API server of Cilium's kinds, start its agent, and let pods use it."""
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

    wait("Cilium is ready", ready, seconds=120, hint=f"Its log is {part.log}.")
    configuration = CNI_CONFIGURATION / "05-cilium.conflist"
    if not configuration.exists():
        configuration.write_text(PLUGIN.read_text())


def files() -> Path:
    """Where Cilium's source files are in the cache; they are fetched when they are not there."""
    module = modules()["cilium"]
    build(module, module.packages)
    if not all((module.folder / name).exists() for name in SOURCES):
        with locked(module.folder):
            source = module_folder(module.name, PACKAGE)
            for name, path in SOURCES.items():
                _copy(source / path, module.folder / name)
    return module.folder


def prepare(sources: Path) -> None:
    """Give the agent its own copy of the programs for the kernel, and a compiler for them."""
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
    """The newest of clang or llc that this machine has; distributions put the version behind."""
    for version in ("-21", "-20", "-19", "-18", ""):
        if found := shutil.which(f"{name}{version}"):
            return Path(found)
    raise Refusal(f"`{name}` 18 or newer is needed to compile Cilium's programs for the kernel.")


def agent() -> Part:
    """Cilium's agent: policies and pod network only; Services are kube-proxy's."""
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
            # An ipBlock may name the node, where the API server answers.
            "--policy-cidr-match-mode=nodes",
            # Rules with names need the agent's own proxy of DNS. There is no Envoy here: none is
            # started by the agent, and none is asked for its version. Rules of HTTP do not work.
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
    """Copy a folder of Go's module cache, which is read-only, and never half of it."""
    if target.exists():
        return
    aside = target.with_name(f".{target.name}")
    if aside.exists():
        shutil.rmtree(aside)
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, aside, copy_function=shutil.copyfile)
    run(["chmod", "-R", "u+w", aside])
    aside.rename(target)
