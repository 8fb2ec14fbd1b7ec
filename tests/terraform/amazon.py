"""The real AWS provider, started once for many commands of Terraform, with moto as its AWS.

It is 700 MB of program, and Terraform starts it several times for each run of a test file:
attached, the tests of a module take a third of the time of a processor.

Mocks of Terraform know no ephemeral resources. Modules that have some are tested with this
provider, whose every call goes to moto, whatever a test says.
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
    """Where it is, in Terraform's own words; nothing when no plugin folder has it."""
    program = _program()
    if program is None:
        yield {}
        return
    said = folder / "aws.txt"
    aws = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    aws.start()
    host, port = aws.get_host_and_port()
    # Nothing of the user's. And a file of certificates it reads once only, and fails at the next
    # configuration.
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env |= {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": "eu-central-1",
        "AWS_SECRET_ACCESS_KEY": "none",
        "NO_PROXY": host,
    }
    with said.open("w") as output:
        process = subprocess.Popen(
            [program, "-debug"], stdout=output, stderr=subprocess.DEVNULL, env=env
        )
    try:
        yield _address(said, process)
    finally:
        process.terminate()
        process.wait()
        aws.stop()


def _program() -> Path | None:
    for tree in trees():
        for path in sorted((tree / HOST / ADDRESS).glob("*/*/terraform-provider-aws_*")):
            return path
    return None


def _address(said: Path, process: subprocess.Popen) -> dict:
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if found := re.search(r"TF_REATTACH_PROVIDERS='(.*)'", said.read_text()):
            return json.loads(found[1])
        time.sleep(0.1)
    raise AssertionError(f"the AWS provider did not start: {said.read_text()}")
