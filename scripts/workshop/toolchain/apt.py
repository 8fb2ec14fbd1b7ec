"""Packages of Debian and Ubuntu, installed when they are missing."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from scripts.errors import Refusal
from scripts.steps import Step, step

# Packages by program: those that the node needs, and those that building images needs.
NODE: Mapping[str, str] = {
    "clang-19": "clang-19",
    "conntrack": "conntrack",
    "ip": "iproute2",
    "ipset": "ipset",
    "iptables": "iptables",
    "llc-19": "llvm-19",
    "nsenter": "util-linux",
    "runc": "runc",
    "socat": "socat",
}
IMAGES: Mapping[str, str] = {
    "buildah": "buildah",
    "gpg": "gpg",
    "mmdebstrap": "mmdebstrap",
}
# Packages of the programs that the browser test needs.
BROWSER: Mapping[str, str] = {"chromedriver": "chromium-driver", "chromium": "chromium"}
CLUSTER: Mapping[str, str] = {**NODE, **IMAGES}
# Folders of administration programs, which may be missing on PATH.
PLACES = "/usr/local/sbin:/usr/sbin:/sbin"


def missing(wanted: Mapping[str, str] = CLUSTER) -> list[str]:
    """Return the missing packages."""
    path = f"{os.environ.get('PATH', os.defpath)}:{PLACES}"
    return sorted({wanted[name] for name in wanted if shutil.which(name, path=path) is None})


def install(wanted: Mapping[str, str] = CLUSTER) -> None:
    """Install the missing packages; raise Refusal when that fails."""
    packages = missing(wanted)
    if not packages:
        return
    with step(f"Install {', '.join(packages)}") as this:
        _apt(this, "update")
        _apt(this, "install", "--yes", "--no-install-recommends", *packages)
    if still := missing(wanted):
        raise Refusal(f"apt-get installed {', '.join(still)}, but the programs are not on PATH.")


def _apt(this: Step, *arguments: str) -> None:
    # dpkg completes an interrupted installation; apt-get does not.
    if arguments[0] == "install":
        _run(this, ["dpkg", "--configure", "--pending"])
    _run(this, ["apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments])


def _run(this: Step, command: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last = ""
    for line in process.stdout or ():
        last = line.strip() or last
        this.note(last[:80])
    if process.wait() != 0:
        raise Refusal(f"`{' '.join(command)}` failed: {last}")
