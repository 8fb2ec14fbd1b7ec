"""Images: their digests, their entrypoints, and failing builds."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.errors import Refusal
from scripts.paths import IMAGES
from scripts.workshop.cluster import images
from scripts.workshop.cluster.images import Image

# No pod runs the base image.
CONTAINERFILES = sorted(set(IMAGES.glob("*/Containerfile")) - {IMAGES / "base" / "Containerfile"})
LOCKS = sorted(IMAGES.glob("*/requirements.lock"))
# Each prints its name and umask, so that a test sees the program that was run.
SAYS = '#!/bin/bash\necho "$(basename "$0") $* umask=$(umask)"\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder at the front of PATH, for programs that an entrypoint calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    write(folder / "airflow", SAYS)
    write(folder / "python", SAYS)
    return folder


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of images/ that a test may change."""
    copy = tmp_path / "images"
    shutil.copytree(IMAGES, copy)
    monkeypatch.setattr(images, "IMAGES", copy)
    return copy


def write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def run(
    entrypoint: Path, programs: Path, *arguments: str, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [entrypoint, *arguments],
        env={"PATH": f"{programs}:{os.environ['PATH']}", **env},
        capture_output=True,
        text=True,
    )


# Digests and builds


def test_a_changed_source_changes_the_reference(sources: Path):
    before = Image("postgres", "15").reference
    write(sources / "postgres" / "entrypoint", "#!/bin/sh\n")
    assert Image("postgres", "15").reference != before


def test_a_changed_image_changes_derived_images(sources: Path):
    before = Image("airflow", "3", Image("base", "1")).archive
    (sources / "base" / "packages.txt").write_text("ca-certificates\n")
    assert Image("airflow", "3", Image("base", "1")).archive != before


def test_the_name_of_an_image_has_its_version():
    assert images.images()["airflow"].tag.startswith("3.3.2-")


def test_an_unknown_image_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match=r"unknown image 'ariflow'.*airflow, .*postgres"):
        images.build("ariflow")


def test_a_missing_program_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(images, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="apt-get install buildah mmdebstrap"):
        images.build("pause")


@pytest.fixture
def failing(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of images on a machine whose buildah fails."""
    write(programs / "buildah", "#!/bin/bash\necho no space left on device\nexit 125\n")
    for name in ("apt-config", "mmdebstrap"):
        write(programs / name, "#!/bin/bash\n")
    monkeypatch.setattr(images, "FOLDER", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    return tmp_path / "cache"


def test_the_error_of_a_failed_build_has_its_last_line_and_its_log(failing: Path):
    with pytest.raises(Refusal, match=r"no space left on device.*/cache/pause-\w+\.log"):
        images.build("pause")


def test_a_failed_build_leaves_only_its_log(failing: Path):
    with pytest.raises(Refusal):
        images.build("pause")
    left = {path.suffix for path in failing.iterdir() if path.name != ".lock"}
    assert left == {".log"}


def test_a_cached_image_needs_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    archive = images.images()["pause"].archive
    archive.touch()
    assert images.build("pause") == archive


def test_only_the_newest_archives_of_an_image_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(images, "FOLDER", tmp_path)
    other = tmp_path / f"airflow-compat-{'0' * 16}.tar"
    other.touch()
    built = [tmp_path / f"airflow-{number:016x}.tar" for number in range(4)]
    for age, path in enumerate(built):
        path.touch()
        os.utime(path, (age, age))
    built[0].with_suffix(".log").touch()
    images.remove_old_archives(Image("airflow", "3"))
    assert set(tmp_path.iterdir()) == {other, *built[-images.KEPT :]}


def test_a_build_uses_the_pip_settings_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = a\ntrusted-host =\n  b\n  c\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("PIP_INDEX_URL", "d")
    assert {"index-url = d", "trusted-host = \n    b\n    c"} <= set(images.pip_settings())


# Sources


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_every_requirement_of_the_lock_has_a_hash(lock: Path):
    requirements = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]
    assert requirements
    assert [r.split()[0] for r in requirements if "--hash=sha256:" not in r] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_the_lock_contains_every_requirement(lock: Path):
    names = re.findall(r"^[a-z0-9-]+", lock.with_suffix(".in").read_text(), re.MULTILINE)
    assert names
    assert [n for n in names if not re.search(rf"^{n}==", lock.read_text(), re.MULTILINE)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_the_lock_names_no_host(lock: Path):
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("path", CONTAINERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_as_a_numeric_user_other_than_root(path: Path):
    # By number: kubelet cannot tell for a name that it is not root, and refuses the pod.
    users = re.findall(r"^USER (\S+)", path.read_text(), re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d*:\d+", users[-1])


# The entrypoint of Airflow


@pytest.mark.parametrize(
    ("arguments", "runs"),
    [
        (["bash", "-c", "echo $0 $1", "a b", "c"], "a b c"),
        (["python", "-m", "this"], "python -m this umask=0002"),
        (["airflow", "db", "check"], "airflow db check umask=0002"),
        (["db", "check"], "airflow db check umask=0002"),
        (["api-server"], "airflow api-server umask=0002"),
        ([], "airflow  umask=0002"),
        (["airflow"], "airflow  umask=0002"),
    ],
)
def test_airflow_runs_the_commands_of_the_public_image(
    programs: Path, arguments: list[str], runs: str
):
    done = run(IMAGES / "airflow" / "entrypoint", programs, *arguments)
    assert (done.stdout.strip(), done.returncode) == (runs, 0)


def test_airflow_ends_with_the_status_of_its_command(programs: Path):
    done = run(IMAGES / "airflow" / "entrypoint", programs, "bash", "-c", "exit 7")
    assert done.returncode == 7


@pytest.fixture
def awkward(tmp_path: Path, programs: Path) -> Path:
    """The entrypoint of airflow-compat, in a process with uid 50000 and gid 0."""
    entrypoint = tmp_path / "entrypoint"
    shutil.copy(IMAGES / "airflow-compat" / "entrypoint", entrypoint)
    shutil.copy(IMAGES / "airflow" / "entrypoint", tmp_path / "entrypoint-without-checks")
    be(programs, uid=50000, gid=0)
    return entrypoint


def be(programs: Path, uid: int, gid: int) -> None:
    write(programs / "id", f"#!/bin/bash\n[[ $1 == -u ]] && echo {uid} || echo {gid}\n")


def test_the_compat_image_checks_the_database_first(programs: Path, awkward: Path):
    write(programs / "airflow", f"{SAYS}echo checked >&2\nexit 1\n")
    done = run(
        *(awkward, programs, "python", "-V"),
        CONNECTION_CHECK_MAX_COUNT="3",
        CONNECTION_CHECK_SLEEP_TIME="0",
    )
    assert done.returncode == 1
    assert "retries (3) reached" in done.stderr
    assert "python" not in done.stdout


def test_the_awkward_image_continues_when_the_database_answers(programs: Path, awkward: Path):
    done = run(awkward, programs, "python", "-V")
    assert done.stdout == "python -V umask=0002\n"


def test_the_compat_image_can_skip_its_checks(programs: Path, awkward: Path):
    write(programs / "airflow", "#!/bin/bash\nexit 1\n")
    done = run(awkward, programs, "python", "-V", CONNECTION_CHECK_MAX_COUNT="0")
    assert (done.stdout, done.returncode) == ("python -V umask=0002\n", 0)


@pytest.mark.parametrize(("uid", "gid", "status"), [(77, 77, 1), (50000, 77, 0), (77, 0, 0)])
def test_the_awkward_image_requires_group_0(
    programs: Path, awkward: Path, uid: int, gid: int, status: int
):
    be(programs, uid, gid)
    assert run(awkward, programs, "version").returncode == status
