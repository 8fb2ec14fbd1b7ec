"""The real AWS provider, started once for many commands of Terraform, with moto in place of AWS.

The program has 700 MB, and Terraform starts it several times for each file of tests. Attached to
one running provider, the tests of a module take a third of the CPU time.

Terraform's mocks do not support ephemeral resources, so modules with such resources are tested with
this provider. It sends all requests to moto.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moto.server import ThreadedMotoServer

from scripts.terraform.provider_sources import HOST, trees

ADDRESS = "hashicorp/aws"
PATIENCE_SECONDS = 60


@contextmanager
def attached(folder: Path) -> Iterator[dict]:
    """Its entry of TF_REATTACH_PROVIDERS; empty when no plugin folder has the provider."""
    program = _program()
    if program is None:
        yield {}
        return
    log = folder / "aws.txt"
    aws = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    aws.start()
    host, port = aws.get_host_and_port()
    # No credentials of the user, and no AWS_CA_BUNDLE, which the provider can read only once.
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_SECRET_ACCESS_KEY": "none",
        "NO_PROXY": host,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, "-debug"],
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=env,
            # Ctrl-C ends the tests first; this ends it.
            start_new_session=True,
        )
    try:
        yield _address(log, process)
    finally:
        process.terminate()
        process.wait()
        aws.stop()


def _program() -> Path | None:
    for tree in trees():
        for path in sorted((tree / HOST / ADDRESS).glob("*/*/terraform-provider-aws_*")):
            return path
    return None


def _address(log: Path, process: subprocess.Popen) -> dict:
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if found := re.search(r"TF_REATTACH_PROVIDERS='(.*)'", log.read_text()):
            return json.loads(found[1])
        time.sleep(0.1)
    raise AssertionError(
        f"The AWS provider did not start within {PATIENCE_SECONDS} s: {log.read_text()}"
    )
