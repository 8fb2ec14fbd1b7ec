"""Artifacts of Maven: checked by their hash, downloaded once, and how a failure is reported."""

import hashlib
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.paths import IMAGES
from scripts.workshop.toolchain import maven
from scripts.workshop.toolchain.maven import Artifact, NotServed

CONTENT = b"a distribution"
# Writes the artifact, as Maven does.
MAVEN = """#!/bin/bash
for word; do [[ $word == -DoutputDirectory=* ]] && folder=${word#*=}; done
echo -n "a distribution" > "$folder/thing-1.zip"
"""


@pytest.fixture
def artifact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Artifact:
    """An artifact that is not in the cache; `mvn` is a program of the test."""
    monkeypatch.setattr(maven, "FOLDER", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    mvn(tmp_path, MAVEN)
    return Artifact("org.example", "thing", "1", "zip", hashlib.sha256(CONTENT).hexdigest())


def mvn(folder: Path, text: str) -> None:
    program = folder / "mvn"
    program.write_text(text)
    program.chmod(0o755)


def test_the_lock_of_keycloak_names_its_version_and_its_hash():
    locked = maven.locked_artifact(IMAGES / "keycloak" / "artifact.lock")
    assert (locked.group, locked.name) == ("org.keycloak", "keycloak-quarkus-dist")
    assert len(locked.sha256) == 64


def test_a_malformed_lock_is_refused_with_its_form(tmp_path: Path):
    (tmp_path / "artifact.lock").write_text("org.example:thing:1:zip\n")
    with pytest.raises(Refusal, match=r"artifact.lock: .* GROUP:NAME:VERSION:TYPE --hash=sha256"):
        maven.locked_artifact(tmp_path / "artifact.lock")


def test_an_artifact_is_downloaded_once(artifact: Artifact, tmp_path: Path):
    assert maven.download(artifact).read_bytes() == CONTENT
    mvn(tmp_path, "#!/bin/bash\nexit 1\n")
    assert maven.download(artifact) == artifact.path
    assert {path.name for path in artifact.path.parent.iterdir()} == {".lock", artifact.path.name}


def test_an_artifact_with_another_hash_is_refused_and_not_kept(artifact: Artifact):
    wrong = Artifact("org.example", "thing", "1", "zip", "0" * 64)
    with pytest.raises(Refusal, match="not the locked 0000"):
        maven.download(wrong)
    assert not wrong.path.exists()


def test_an_artifact_that_is_not_served_is_named_with_the_reason(
    artifact: Artifact, tmp_path: Path
):
    mvn(tmp_path, "#!/bin/bash\necho '[ERROR] unknown host'\nexit 1\n")
    with pytest.raises(NotServed, match=r"download org.example:thing:1:zip: unknown host"):
        maven.download(artifact)


def test_a_repository_that_does_not_answer_is_given_up(
    artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(maven, "DOWNLOAD_SECONDS", 0.1)
    mvn(tmp_path, "#!/bin/bash\nexec sleep 5\n")
    with pytest.raises(NotServed, match=r"no answer within 0.1 s"):
        maven.download(artifact)
