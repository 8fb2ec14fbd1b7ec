"""The check of pods finds each violation of Pod Security `restricted`."""

from copy import deepcopy
from typing import Any

import pytest

from tests.chart.pod_security import violations

POD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "main",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        }
    ],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The restricted pod with one field changed: `main.x` is one of its container's context."""
    pod = deepcopy(POD)
    node: Any = pod
    *parents, last = path.split(".")
    for parent in parents:
        node = (
            pod["containers"][0]["securityContext"]
            if parent == "main"
            else node.setdefault(parent, {})
        )
    if value is None:
        del node[last]
    else:
        node[last] = value
    return pod


def test_a_restricted_pod_is_accepted():
    assert violations(POD) == []


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("hostNetwork", True, "hostNetwork"),
        ("hostPID", True, "hostPID"),
        ("hostIPC", True, "hostIPC"),
        ("volumes", [{"name": "v", "hostPath": {"path": "/"}}], "volume v is a hostPath"),
        ("securityContext.runAsUser", 0, "the pod runs as root"),
        ("securityContext.runAsNonRoot", None, "main may run as root"),
        ("securityContext.seccompProfile", None, "main has no seccomp profile"),
        ("securityContext.sysctls", [{"name": "kernel.msgmax"}], "sysctl kernel.msgmax"),
        ("main.runAsUser", 0, "main runs as root"),
        ("main.runAsNonRoot", False, "main wants to run as root"),
        ("main.privileged", True, "main is privileged"),
        ("main.allowPrivilegeEscalation", None, "main may escalate privileges"),
        ("main.capabilities", None, "main keeps capabilities"),
        (
            "main.capabilities",
            {"drop": ["ALL"], "add": ["SYS_ADMIN"]},
            "main gets the capability SYS_ADMIN",
        ),
        ("main.seccompProfile", {"type": "Unconfined"}, "main is unconfined by seccomp"),
        ("main.procMount", "Unmasked", "main unmasks /proc"),
        ("main.seLinuxOptions", {"user": "a"}, "main sets an SELinux user or role"),
    ],
)
def test_each_violation_is_named(path: str, value: object, sentence: str):
    assert sentence in violations(changed(path, value))


def test_an_init_container_is_a_container():
    pod = {**POD, "initContainers": [{"name": "init"}]}
    assert "init may escalate privileges" in violations(pod)


def test_a_port_of_the_host_is_refused():
    pod = deepcopy(POD)
    pod["containers"][0]["ports"] = [{"hostPort": 80, "containerPort": 80}]
    assert violations(pod) == ["main takes port 80 of the host"]
