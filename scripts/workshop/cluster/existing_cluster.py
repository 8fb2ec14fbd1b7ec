"""`make up CONTEXT=name`: Airflow on an existing Kubernetes cluster, with public images."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from scripts import kubeconfig
from scripts.console import console
from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.releases import NAME, Release
from scripts.steps import announce, step
from scripts.terraform import run as terraform
from scripts.values.rows import component_rows
from scripts.workshop.cluster import forwarder, handover
from scripts.workshop.cluster.waiting import wait


@cache
def _service() -> str:
    """Return the Service on which people reach the UI, as kubectl names it."""
    ui = next(name for name, row in component_rows().items() if row.ui)
    return f"service/{NAME}-{ui}"


def up(release: Release, context: str, port: int) -> None:
    """Install Airflow on the cluster of a kubeconfig context and run an example Dag."""
    check(context, port)
    target = f"--context={context}"
    variables = {"TF_VAR_context": context, "TF_VAR_last_layer": "{}", "TF_VAR_team": release.team}
    with announce(f"terraform apply of local to {context}"):
        if terraform("local", ["apply", "-auto-approve", "-input=false"], variables) != 0:
            raise Refusal("`terraform apply` failed (see above).")
    url = f"http://127.0.0.1:{port}"
    with forwarded(release, target, port):
        handover.run_example(handover.wait_until_healthy(url, release, target))
    handover.show(url, release, target)
    forward = f"port-forward {_service()} {port}:8080"
    console.print(
        f"[bold]Open it[/]    {handover.command(target)} --namespace {release.namespace} {forward}",
        soft_wrap=True,
    )


def check(context: str, port: int) -> None:
    """Raise Refusal for an unknown context and for a port that is in use."""
    kubeconfig.require(context, kubeconfig.user_files())
    if not forwarder.is_free(port):
        raise Refusal(f"Port {port} is in use on 127.0.0.1: choose another one with PORT=.")


@contextmanager
def forwarded(release: Release, target: str, port: int) -> Iterator[None]:
    """Forward a port of this machine to the api-server while the block runs."""
    command = [program("kubectl"), target, f"--namespace={release.namespace}", "port-forward"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen([*command, _service(), f"{port}:8080"], stdout=log, stderr=log)

        def opened() -> bool:
            if process.poll() is not None:
                log.seek(0)
                raise Refusal(f"`kubectl port-forward` ended: {log.read().strip()}")
            return not forwarder.is_free(port)

        try:
            with step("Forward a port to the api-server"):
                wait(f"Port {port} of 127.0.0.1 did not open", opened, seconds=60)
            yield
        finally:
            process.terminate()
            process.wait()
