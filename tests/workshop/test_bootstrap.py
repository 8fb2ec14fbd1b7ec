"""The Python environment: created once, atomically; failures are one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.paths import ROOT


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which two processes created the same environment at the same time."""
    cache = tmp_path_factory.mktemp("cache")
    # It asks for nothing, so that making its environment needs no network.
    lock = cache / "requirements.lock"
    lock.write_text("# nothing\n")
    code = "import sys; from pathlib import Path; from scripts.bootstrap import python;"
    code += "python(Path(sys.argv[1]), Path(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(lock), str(cache)]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in "ab"]
    (cache / "said").write_text("".join(one.communicate()[1] for one in both))
    assert [one.returncode for one in both] == [0, 0]
    return cache


def test_two_processes_create_one_environment(cache: Path):
    assert (cache / "said").read_text().count("once per lock file") == 1


def test_an_environment_is_created_once(cache: Path):
    lock = cache / "requirements.lock"
    before = bootstrap.environment(lock, cache).stat().st_ctime_ns
    assert bootstrap.python(lock, cache).exists()
    assert bootstrap.environment(lock, cache).stat().st_ctime_ns == before


def test_an_incomplete_environment_is_created_again(cache: Path):
    lock = cache / "requirements.lock"
    folder = bootstrap.environment(lock, cache)
    (folder / "complete").unlink()
    (folder / "half").touch()
    bootstrap.python(lock, cache)
    assert (folder / "complete").exists()
    assert not (folder / "half").exists()


def test_another_lock_file_is_another_environment(cache: Path, tmp_path: Path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("# still nothing\n")
    other = bootstrap.environment(cache / "requirements.lock", cache)
    assert bootstrap.environment(lock, cache) != other


def test_a_failed_installation_is_reported_in_one_sentence(tmp_path: Path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("./there-is-no-such.whl\n")
    with pytest.raises(bootstrap.Impossible, match=r"^pip could not install requirements.lock"):
        bootstrap.python(lock, tmp_path)
    assert not (bootstrap.environment(lock, tmp_path) / "complete").exists()


def test_an_old_python_is_reported_in_one_sentence():
    code = "from scripts import bootstrap; bootstrap.NEEDED = (4, 0); bootstrap.start()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    here = ".".join(map(str, sys.version_info[:2]))
    assert done.stderr == f"✗ Python 4.0 or newer is needed; python3 here is {here}.\n"
    assert done.returncode == 1


def test_without_arguments_it_prints_the_path_of_python():
    command = [sys.executable, "-m", "scripts.bootstrap"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert Path(done.stdout.strip()).exists()
