"""A small controller of SparkApplications, in a pod of the local node: see spark_operator.py.

It runs spark-submit for each new SparkApplication and reports the state of its driver, with the
names and labels that Kubeflow's operator gives. It knows the fields of `fields` and of `pod` below,
and fails an application that has others, instead of ignoring them. It refuses to run elsewhere.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

NODE, ADDRESS = "node", "192.168.77.2"
GROUP, VERSION, PLURAL = "sparkoperator.k8s.io", "v1beta2", "sparkapplications"
LOOK_EVERY_SECONDS = 2
NOT_FOUND = 404
STATES = {"Pending": "SUBMITTED", "Running": "RUNNING", "Succeeded": "COMPLETED"}
FIELDS = {
    *("type", "mode", "pythonVersion", "image", "imagePullPolicy", "mainApplicationFile"),
    *("mainClass", "arguments", "sparkConf", "sparkVersion", "restartPolicy", "driver"),
    *("executor", "labels", "volumes"),
}
ROLE_FIELDS = {
    *("cores", "coreRequest", "coreLimit", "memory", "memoryOverhead", "instances", "labels"),
    *("serviceAccount", "env", "securityContext", "podSecurityContext", "volumeMounts"),
}


def main() -> None:
    config.load_incluster_config()
    refuse_elsewhere()
    print("A stand-in for Kubeflow's Spark operator, for the local node only.", flush=True)
    started: set[str] = set()
    while True:
        try:
            found = client.CustomObjectsApi().list_cluster_custom_object(GROUP, VERSION, PLURAL)
            for one in found["items"]:
                look(one, started)
        except Exception as error:  # The next look is a new try.
            print(f"error: {error}", file=sys.stderr, flush=True)
        time.sleep(LOOK_EVERY_SECONDS)


def refuse_elsewhere() -> None:
    """End the program on any cluster but the local node of `make up`."""
    try:
        node = client.CoreV1Api().read_node(NODE)
        known = ADDRESS in {one.address for one in node.status.addresses}
    except ApiException:
        known = False
    if not known:
        raise SystemExit("This stand-in serves the local node only: install the Spark operator.")


def look(one: dict[str, Any], started: set[str]) -> None:
    """Submit a new application, or report the state of its driver."""
    uid = one["metadata"]["uid"]
    state = one.get("status", {}).get("applicationState", {}).get("state", "")
    if state in ("COMPLETED", "FAILED") or one["metadata"].get("deletionTimestamp"):
        return
    if uid not in started and not driver_of(one):
        started.add(uid)
        threading.Thread(target=submit, args=(one,), daemon=True).start()
    elif driver := driver_of(one):
        report(one, STATES.get(driver.status.phase, "FAILED"), message(driver))
    elif state == "RUNNING":
        report(one, "FAILED", "the driver pod was deleted")


def driver_of(one: dict[str, Any]) -> client.V1Pod | None:
    meta = one["metadata"]
    try:
        return client.CoreV1Api().read_namespaced_pod(f"{meta['name']}-driver", meta["namespace"])
    except ApiException as error:
        if error.status == NOT_FOUND:
            return None
        raise


def message(driver: client.V1Pod) -> str:
    for container in driver.status.container_statuses or []:
        ended = container.state.terminated
        if ended and ended.exit_code:
            return (
                f"driver container failed with ExitCode: {ended.exit_code}, Reason: {ended.reason}"
            )
    return ""


def submit(one: dict[str, Any]) -> None:
    """Run spark-submit; report a failure with the end of its output."""
    try:
        command = command_of(one)
    except ValueError as error:
        report(one, "FAILED", str(error))
        return
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"{one['metadata']['name']}: {done.returncode}\n{done.stdout[-2000:]}", flush=True)
    if done.returncode and not driver_of(one):
        report(one, "FAILED", f"failed to run spark-submit: {done.stdout[-1500:]}")


def command_of(one: dict[str, Any]) -> list[str]:
    """Return spark-submit for an application; raise ValueError for a field that is not known."""
    spec, meta = one["spec"], one["metadata"]
    for place, fields, known in (
        ("spec", spec, FIELDS),
        ("spec.driver", spec["driver"], ROLE_FIELDS - {"instances"}),
        ("spec.executor", spec["executor"], ROLE_FIELDS),
    ):
        if unknown := sorted(set(fields) - known):
            raise ValueError(f"the stand-in does not know {place}.{unknown[0]}")
    conf = {
        "spark.kubernetes.namespace": meta["namespace"],
        "spark.kubernetes.driver.pod.name": f"{meta['name']}-driver",
        "spark.kubernetes.submission.waitAppCompletion": "false",
        "spark.kubernetes.container.image": spec.get("image"),
        "spark.kubernetes.container.image.pullPolicy": spec.get("imagePullPolicy"),
        "spark.executor.instances": spec["executor"].get("instances", 1),
        **spec.get("sparkConf", {}),
        **conf_of(one, "driver"),
        **conf_of(one, "executor"),
    }
    options = [
        word for key, value in conf.items() if value for word in ("--conf", f"{key}={value}")
    ]
    if main_class := spec.get("mainClass"):
        options += ["--class", main_class]
    arguments = [str(word) for word in spec.get("arguments", [])]
    start = ["spark-submit", "--master", "k8s://https://kubernetes.default.svc"]
    return [
        *(*start, "--deploy-mode", "cluster", "--name", meta["name"], *options),
        *(spec["mainApplicationFile"], *arguments),
    ]


def conf_of(one: dict[str, Any], role: str) -> dict[str, Any]:
    """Return the settings of a role, and write its pod template."""
    spec, meta = one["spec"], one["metadata"]
    given = spec[role]
    labels = {
        **spec.get("labels", {}),
        **given.get("labels", {}),
        "sparkoperator.k8s.io/app-name": meta["name"],
        "sparkoperator.k8s.io/launched-by-spark-operator": "true",
    }
    template = Path(tempfile.gettempdir(), f"{meta['uid']}-{role}.json")
    template.write_text(json.dumps(pod(one, role, labels)))
    start = f"spark.kubernetes.{role}"
    account = f"spark.kubernetes.authenticate.{role}.serviceAccountName"
    return {
        f"spark.{role}.cores": given.get("cores"),
        f"spark.{role}.memory": given.get("memory"),
        f"spark.{role}.memoryOverhead": given.get("memoryOverhead"),
        f"{start}.request.cores": given.get("coreRequest"),
        f"{start}.limit.cores": given.get("coreLimit"),
        f"{start}.podTemplateFile": template,
        account: given.get("serviceAccount"),
        **{f"{start}.label.{key}": value for key, value in labels.items()},
    }


def pod(one: dict[str, Any], role: str, labels: dict[str, str]) -> dict[str, Any]:
    given, meta = one["spec"][role], one["metadata"]
    owner = {
        "apiVersion": one["apiVersion"],
        "kind": one["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
    }
    # The executors belong to the driver, and with it to the application.
    owners = {"ownerReferences": [owner]} if role == "driver" else {}
    container = {
        "name": f"spark-kubernetes-{role}",
        "env": given.get("env", []),
        "securityContext": given.get("securityContext", {}),
        "volumeMounts": given.get("volumeMounts", []),
    }
    spec = {
        "containers": [container],
        "securityContext": given.get("podSecurityContext", {}),
        "volumes": one["spec"].get("volumes", []),
    }
    if role == "executor":
        spec["serviceAccountName"] = given.get("serviceAccount", "default")
        spec["automountServiceAccountToken"] = False
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": labels, **owners},
        "spec": spec,
    }


def report(one: dict[str, Any], state: str, why: str) -> None:
    """Write the state of an application, unless it is the same."""
    if one.get("status", {}).get("applicationState", {}).get("state") == state:
        return
    meta = one["metadata"]
    status = {
        "applicationState": {"state": state, "errorMessage": why},
        "driverInfo": {"podName": f"{meta['name']}-driver"},
    }
    client.CustomObjectsApi().patch_namespaced_custom_object_status(
        GROUP, VERSION, meta["namespace"], PLURAL, meta["name"], {"status": status}
    )


if __name__ == "__main__":
    main()
