"""Violations of Pod Security `restricted` in a pod, as sentences, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_syncookies",
}
SECCOMP = {"RuntimeDefault", "Localhost"}


def violations(spec: Mapping[str, Any]) -> list[str]:
    """Return the violations in the spec of a pod; none when it is restricted."""
    return [*_of_pod(spec), *_of_containers(spec)]


def _of_pod(spec: Mapping[str, Any]) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield field
    for volume in spec.get("volumes") or []:
        for kind in volume.keys() - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is a {kind}"
    context = spec.get("securityContext") or {}
    for sysctl in context.get("sysctls") or []:
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    yield from _of_context("the pod", context)


def _of_containers(spec: Mapping[str, Any]) -> Iterator[str]:
    pod = spec.get("securityContext") or {}
    for key in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(key) or []:
            name, context = container["name"], container.get("securityContext") or {}
            yield from _of_context(name, context)
            yield from _of_container(name, context, pod)
            for port in container.get("ports") or []:
                if port.get("hostPort"):
                    yield f"{name} takes port {port['hostPort']} of the host"


def _of_container(name: str, context: Mapping[str, Any], pod: Mapping[str, Any]) -> Iterator[str]:
    capabilities = context.get("capabilities") or {}
    if context.get("privileged"):
        yield f"{name} is privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield f"{name} may escalate privileges"
    if "ALL" not in (capabilities.get("drop") or []):
        yield f"{name} keeps capabilities"
    for capability in set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
        yield f"{name} gets the capability {capability}"
    if context.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
        yield f"{name} may run as root"
    profile = context.get("seccompProfile") or pod.get("seccompProfile") or {}
    if profile.get("type") not in SECCOMP:
        yield f"{name} has no seccomp profile"
    if context.get("procMount", "Default") != "Default":
        yield f"{name} unmasks /proc"


def _of_context(name: str, context: Mapping[str, Any]) -> Iterator[str]:
    if context.get("runAsUser") == 0:
        yield f"{name} runs as root"
    if context.get("runAsNonRoot") is False:
        yield f"{name} wants to run as root"
    if (context.get("seccompProfile") or {}).get("type") == "Unconfined":
        yield f"{name} is unconfined by seccomp"
    if (context.get("appArmorProfile") or {}).get("type") == "Unconfined":
        yield f"{name} is unconfined by AppArmor"
    options = context.get("seLinuxOptions") or {}
    if options.get("user") or options.get("role"):
        yield f"{name} sets an SELinux user or role"
    if (context.get("windowsOptions") or {}).get("hostProcess"):
        yield f"{name} is a process of the host"
