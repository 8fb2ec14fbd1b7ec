"""Artifacts of Maven, downloaded once by its own client and checked by their hash."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import Refusal
from scripts.locks import locked
from scripts.paths import CACHE
from scripts.steps import step
from scripts.workshop.toolchain import apt

FOLDER = CACHE / "maven"
PACKAGES = {"mvn": "maven"}
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8"
DOWNLOAD_SECONDS = 600
LINE = re.compile(r"(\S+):(\S+):(\S+):(\S+) --hash=sha256:([0-9a-f]{64})")


class NotServed(Refusal):
    """No repository serves an artifact, or none answers."""


@dataclass(frozen=True)
class Artifact:
    """An artifact, by its coordinates and the hash of its content."""

    group: str
    name: str
    version: str
    type: str
    sha256: str

    @property
    def coordinates(self) -> str:
        return f"{self.group}:{self.name}:{self.version}:{self.type}"

    @property
    def path(self) -> Path:
        """Path of the downloaded file, named by its content."""
        return FOLDER / f"{self.name}-{self.version}-{self.sha256[:16]}.{self.type}"


def locked_artifact(lock: Path) -> Artifact:
    """Return the artifact of a lock file; raise Refusal when its line is malformed."""
    found = LINE.fullmatch(lock.read_text().strip())
    if found is None:
        raise Refusal(f"{lock}: the line must be GROUP:NAME:VERSION:TYPE --hash=sha256:HASH.")
    return Artifact(*found.groups())


def download(artifact: Artifact) -> Path:
    """Return the file of an artifact, downloaded if needed; raise NotServed or Refusal."""
    with locked(FOLDER):
        if not artifact.path.exists():
            apt.install(PACKAGES)
            with step(f"Download {artifact.coordinates}"):
                _download(artifact)
    return artifact.path


def _download(artifact: Artifact) -> None:
    with tempfile.TemporaryDirectory(prefix=".downloading-", dir=FOLDER) as folder:
        _copy(artifact, Path(folder))
        file = Path(folder) / f"{artifact.name}-{artifact.version}.{artifact.type}"
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        if sha256 != artifact.sha256:
            raise Refusal(
                f"{artifact.coordinates} has the hash {sha256}, not the locked {artifact.sha256}."
            )
        shutil.move(file, artifact.path)


def _copy(artifact: Artifact, folder: Path) -> None:
    """Let Maven copy an artifact into a folder; raise NotServed when it cannot."""
    command = ["mvn", "--batch-mode", "--quiet", f"{PLUGIN}:copy"]
    command += [f"-Dartifact={artifact.coordinates}", f"-DoutputDirectory={folder}"]
    # Not in the user's repository, where a second copy would stay.
    command += [f"-Dmaven.repo.local={folder}/repository"]
    failed = f"Maven could not download {artifact.coordinates}"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotServed(f"{failed}: no answer within {DOWNLOAD_SECONDS} s.") from None
    if done.returncode != 0:
        errors = re.findall(r"^\[ERROR\] (.*)$", done.stdout, re.MULTILINE)
        raise NotServed(f"{failed}: {errors[0] if errors else done.stderr.strip()}")
