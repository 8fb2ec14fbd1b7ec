"""Create the Python environment of requirements.lock once, then run Python in it.

Every make target runs `python3 -m scripts.bootstrap …`. This file must run on any Python 3, so it
uses the standard library only, and old syntax.
"""

import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)


class Impossible(Exception):
    """A sentence for the user: why the environment cannot be created."""


def environment(lock, cache):
    """Return the folder of a lock file's environment, for the running version of Python."""
    from scripts.paths import digest

    return cache / "venv" / digest([lock], f"{sys.version_info[0]}.{sys.version_info[1]}")


def python(lock, cache):
    """Return the Python of a lock file's environment, which is created if needed.

    A marker is written last; an environment without it is incomplete and is created again.
    """
    folder = environment(lock, cache)
    marker, executable = folder / "complete", folder / "bin" / "python"
    if not (marker.exists() and executable.exists()):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(folder.with_suffix(".lock")):
            if not (marker.exists() and executable.exists()):
                install(folder, lock)
                marker.touch()
    return executable


def exclusive(path):
    """Hold a file lock while the returned file is open; a second `make` waits for it."""
    import fcntl

    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def install(folder, lock):
    """Install the packages of the lock file into a new environment, checked by their hashes."""
    print("→ Python environment (once per lock file, about a minute) …", file=sys.stderr)
    shutil.rmtree(str(folder), ignore_errors=True)
    run(
        [sys.executable, "-I", "-m", "venv", str(folder)],
        "Python's venv module is missing: install it (Debian: python3-venv)",
    )
    pip = [str(folder / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check"]
    run(
        [*pip, "install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(lock)],
        f"pip could not install {lock.name} (see above): is a package index reachable?",
    )


def run(command, sentence):
    """Run a command quietly; when it fails, print its last lines and raise the sentence."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print("\n".join(done.stdout.strip().splitlines()[-8:]), file=sys.stderr)
        raise Impossible(sentence)


def main(arguments):
    """Print the path of the environment's Python, or run it with the given arguments."""
    if sys.version_info < NEEDED:
        raise Impossible(
            f"Python {NEEDED[0]}.{NEEDED[1]} or newer is needed;"
            f" python3 here is {sys.version_info[0]}.{sys.version_info[1]}."
        )
    from scripts.paths import CACHE, ROOT

    executable = str(python(ROOT / "requirements.lock", CACHE))
    if not arguments:
        print(executable)
        return
    os.execv(executable, [executable, *arguments])


def start(*arguments):
    """Run main; turn Impossible and an interruption into one sentence."""
    try:
        main(arguments)
    except Impossible as reason:
        sys.exit(f"✗ {reason}")
    except KeyboardInterrupt:
        sys.exit("✗ Interrupted; run the same command again to continue.")


if __name__ == "__main__":
    start(*sys.argv[1:])
