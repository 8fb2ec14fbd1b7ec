"""Terraform with stand-ins for its providers, which run in this process and change nothing."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import grpc
import pytest
from tf.gen import tfplugin_pb2_grpc as service

from scripts.paths import CACHE, ROOT, digest
from scripts.terraform.provider_sources import HOST, needed
from scripts.terraform.workspace import Ready, Workspace, prepare
from scripts.workshop.providers.provider import Servicer
from scripts.workshop.providers.schema import providers
from scripts.workshop.providers.state_only import remembered
from tests.terraform import amazon

Terraform = Callable[..., subprocess.CompletedProcess]


def ready(folder: str, environment: str = "tests") -> Ready:
    """A configuration of the repository after `terraform init`, which runs once per version."""
    cache = CACHE / "terraform" / "tests" / digest([], str(ROOT))[:8] / folder.replace("/", "-")
    # The state of environments on EKS is in S3, which tests do not use.
    without = ["-backend=false"] if (ROOT / folder / "backend.tf").exists() else []
    return prepare(Workspace(environment, ROOT / folder, cache), os.environ, *without)


@pytest.fixture(scope="session")
def providing(
    attached: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], str]]:
    """The providers of a folder; the AWS provider starts for the first folder that needs it."""
    with ExitStack() as stack:

        @cache
        def aws() -> dict:
            return stack.enter_context(amazon.attached(tmp_path_factory.mktemp("aws")))

        def act(folder: Path) -> str:
            if amazon.ADDRESS not in needed(folder):
                return attached
            return json.dumps({**json.loads(attached), **aws()})

        yield act


@pytest.fixture(scope="session")
def terraform(providing: Callable[[Path], str]) -> Terraform:
    """Run Terraform in a folder of the repository: `terraform("environments/local", "validate")`.

    Attached providers run already; otherwise Terraform would start each several times per command.
    """

    def act(folder: str, *args: str) -> subprocess.CompletedProcess:
        prepared = ready(folder)
        return subprocess.run(
            prepared.command(*args, "-no-color"),
            env={**prepared.env, "TF_REATTACH_PROVIDERS": providing(ROOT / folder)},
            capture_output=True,
            text=True,
        )

    return act


@pytest.fixture(scope="session")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Stand-ins served by this process, with their addresses for TF_REATTACH_PROVIDERS."""
    folder = tmp_path_factory.mktemp("stand-ins")
    servers, addresses = [], {}
    for address, provider in providers().items():
        server = grpc.server(ThreadPoolExecutor())
        servicer = Servicer(provider, lambda config, provider=provider: remembered(provider))
        service.add_ProviderServicer_to_server(servicer, server)
        socket = folder / provider.name
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        servers.append(server)
        addresses[f"{HOST}/{address}"] = _attachment(socket)
    yield json.dumps(addresses)
    for server in servers:
        server.stop(grace=None)


def _attachment(socket: Path) -> dict:
    return {
        "Addr": {"Network": "unix", "String": str(socket)},
        "Pid": os.getpid(),
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Test": True,
    }


@pytest.fixture(scope="session")
def written(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Outputs of tests/terraform/documents: the policies, as Terraform plans them."""
    folder, plan = "tests/terraform/documents", tmp_path_factory.mktemp("documents") / "plan"
    # Several processes plan at a time, and none writes a state.
    done = terraform(folder, "plan", "-input=false", "-lock=false", f"-out={plan}")
    assert done.returncode == 0, done.stderr
    shown = json.loads(terraform(folder, "show", "-json", str(plan)).stdout)
    return {name: output["value"] for name, output in shown["planned_values"]["outputs"].items()}
