"""The real AWS provider, started once for many commands of Terraform.

It is 700 MB of program, and Terraform starts it several times for each run of a test file:
attached, the tests of a module take a third of the time of a processor.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.standins.mirror import HOST
from scripts.terraform.plugins import trees

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
    # It reads the file of certificates once only, and fails at the next configuration.
    env = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
    with said.open("w") as output:
        process = subprocess.Popen(
            [program, "-debug"], stdout=output, stderr=subprocess.DEVNULL, env=env
        )
    try:
        yield _address(said, process)
    finally:
        process.terminate()
        process.wait()


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
