"""`make up CONTEXT=name`: Airflow on a Kubernetes cluster of the user's, with public images."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from scripts import kubeconfig
from scripts.console import console
from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.releases import Release
from scripts.steps import announce, step
from scripts.terraform import run as terraform
from scripts.workshop.cluster import forwarder, handover
from scripts.workshop.cluster.waiting import wait

SERVICE = "service/airflow-api-server"


def up(release: Release, context: str, port: int) -> None:
    """Put Airflow on the cluster of a kubeconfig context and run an example Dag there."""
    check(context, port)
    target = f"--context={context}"
    variables = {"TF_VAR_context": context, "TF_VAR_last_layer": "{}", "TF_VAR_team": release.team}
    with announce(f"terraform apply of local to {context}"):
        if terraform("local", ["apply", "-auto-approve", "-input=false"], variables) != 0:
            raise Refusal("`terraform apply` failed: what it said is above.")
    url = f"http://127.0.0.1:{port}"
    with forwarded(release, target, port):
        handover.run_example(handover.wait_until_healthy(url, release, target))
    handover.show(url, release, target)
    forward = f"port-forward {SERVICE} {port}:8080"
    console.print(
        f"[bold]Open it[/]    {handover.command(target)} --namespace {release.namespace} {forward}",
        soft_wrap=True,
    )


def check(context: str, port: int) -> None:
    """Refuse an unknown context and a port that is taken, before anything is changed."""
    kubeconfig.require(context, kubeconfig.user_files())
    if not forwarder.is_free(port):
        raise Refusal(f"Port {port} is in use on 127.0.0.1: take another one with PORT=.")


@contextmanager
def forwarded(release: Release, target: str, port: int) -> Iterator[None]:
    """Reach the api-server on a port of this machine while the block runs."""
    command = [program("kubectl"), target, f"--namespace={release.namespace}", "port-forward"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen([*command, SERVICE, f"{port}:8080"], stdout=log, stderr=log)

        def opened() -> bool:
            if process.poll() is not None:
                log.seek(0)
                raise Refusal(f"`kubectl port-forward` ended: {log.read().strip()}")
            return not forwarder.is_free(port)

        try:
            with step("Reach the api-server"):
                wait(f"Port {port} of 127.0.0.1 is open", opened, seconds=60)
            yield
        finally:
            process.terminate()
            process.wait()
