"""The images of images/: built once from their sources, kept in the cache as archives by content.

buildah builds them in a storage of its own inside the cache, where its layers stay: a changed last
line of a Containerfile costs that line. What the machine needs to reach its package registries (its
certificates, and its settings of apt and pip) is mounted while a build runs and is in no image.
"""

import configparser
import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from scripts.errors import Refusal
from scripts.go_programs import program
from scripts.locks import locked
from scripts.paths import CACHE, IMAGES, TOOLS, digest
from scripts.steps import Step, step

SUITE = "bookworm"
FOLDER = CACHE / "images"
# How many archives of an image stay: going back to the last one costs nothing.
KEPT = 2
# Nobody reads these in a container. apt keeps to it in the images that start from the base, too.
UNREAD = ("doc", "info", "locale", "man")
# Where distributions keep the certificates that a machine trusts; Debian's place is the first.
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)
# A build runs in namespaces of its own that end with us, whatever ends us: no mount of it is seen
# outside, so none is left, and what is removed afterwards can be no part of this machine.
ALONE = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
# How a machine reaches its registries, out of all that apt and pip can be told.
APT_SETTINGS = re.compile(r"^Acquire::(Check-|Retries|https?::).*")
PIP_SETTINGS = ("extra-index-url", "index-url", "proxy", "retries", "timeout", "trusted-host")


@dataclass(frozen=True)
class Image:
    """An image of ours: a folder of images/, perhaps with more sources, perhaps upon another."""

    name: str
    version: str
    base: "Image | None" = None
    more_sources: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        return IMAGES / self.name

    @cached_property
    def digest(self) -> str:
        """The digest of all that the image is made from, the image below it included."""
        below = self.base.digest if self.base else SUITE
        return digest([self.folder, *self.more_sources], below)

    @property
    def repository(self) -> str:
        return f"localhost/{self.name}"

    @property
    def tag(self) -> str:
        return f"{self.version}-{self.digest}"

    @property
    def reference(self) -> str:
        """The name by which pods ask for the image; another content is another name."""
        return f"{self.repository}:{self.tag}"

    @property
    def archive(self) -> Path:
        """Where the image is once it is built, as `docker save` writes it."""
        return FOLDER / f"{self.name}-{self.digest}.tar"


@cache
def images() -> Mapping[str, Image]:
    """Every image that pods run, by name."""
    airflow = _version(IMAGES / "airflow" / "requirements.lock", r"^apache-airflow==(\S+)")
    postgres = _version(IMAGES / "postgres" / "Containerfile", r"\bpostgresql-(\d+)\b")
    go_modules = TOOLS / "kubernetes" / "go.mod"
    coredns = _version(go_modules, r"^\s*github\.com/coredns/coredns v(\S+)")
    below = base()
    plain = Image("airflow", airflow, below)
    every = [
        plain,
        Image("airflow-compat", airflow, plain),
        Image("coredns", coredns, None, (go_modules, go_modules.with_name("go.sum"))),
        Image("pause", "1", below),
        Image("postgres", postgres, below),
    ]
    return {image.name: image for image in every}


def layer() -> dict[str, Any]:
    """The values of a release that runs our images: its last layer, whoever deploys it."""
    airflow, postgres = (
        {"repository": image.repository, "tag": image.tag}
        for image in (images()["airflow"], images()["postgres"])
    )
    return {
        "images": {"airflow": airflow},
        "postgresql": {"image": postgres},
        # The public image has no gunicorn.
        "config": {"api": {"server_type": "gunicorn"}},
    }


@cache
def base() -> Image:
    """Debian's smallest system, below all images that need one."""
    return Image("base", SUITE)


def build(name: str) -> Path:
    """The archive of an image, which is built first when the cache lacks it."""
    if name not in images():
        raise Refusal(f"There is no image {name!r} in images/; there are {', '.join(images())}.")
    image = images()[name]
    if not image.archive.exists():
        _require("buildah", "mmdebstrap")
        with locked(FOLDER):
            if not image.archive.exists():
                with step(f"Build the image {name}") as this:
                    _build(image, this)
    return image.archive


def _version(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text(), re.MULTILINE)
    if found is None:
        raise Refusal(f"{path} does not say its version: nothing in it matches {pattern}.")
    return found.group(1)


def _require(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        raise Refusal(f"Images need {' and '.join(missing)}: apt-get install {' '.join(missing)}.")


def _build(image: Image, this: Step) -> None:
    """Make the layers of an image and write its archive, whole or not at all."""
    for left in FOLDER.glob("building-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix="building-", dir=FOLDER) as folder:
        builder = _Builder(Path(folder), FOLDER / f"{image.name}-{image.digest}.log", this)
        builder.clean()
        builder.layers(image)
        builder.archive(image)
    remove_old_archives(image)


def remove_old_archives(image: Image) -> None:
    """Remove all archives of an image but the newest ones, and the logs of what is gone."""
    ours = f"{image.name}-{'[0-9a-f]' * 16}"
    archives = sorted(FOLDER.glob(f"{ours}.tar"), key=lambda path: path.stat().st_mtime)
    for old in archives[:-KEPT]:
        old.unlink()
    for log in FOLDER.glob(f"{ours}.log"):
        if not log.with_suffix(".tar").exists():
            log.unlink()


class _Builder:
    """One run of buildah and its like, with everything temporary in one folder."""

    def __init__(self, folder: Path, log: Path, this: Step) -> None:
        self._folder = folder
        self._log = log
        self._step = this
        self._log.unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove what a build that was killed has left in the storage."""
        self._buildah("rm", "--all")

    def layers(self, image: Image) -> None:
        """Put an image, and what it starts from, into the storage."""
        if self._stored(image):
            return
        options = []
        if image.base:
            self.layers(image.base)
            options = ["--build-arg", f"BASE={image.base.reference}"]
        context = self._context(image)
        options += [word for mount in self._mounts() for word in ("--volume", f"{mount}:ro")]
        self._buildah(
            *("build", "--layers", "--isolation", "chroot", "--pull-never", "--force-rm"),
            *("--file", image.folder / "Containerfile", "--tag", image.reference, *options),
            context,
        )

    def archive(self, image: Image) -> None:
        """Write the archive of an image that is in the storage."""
        self._step.note("writing the archive")
        unfinished = self._folder / image.archive.name
        self._buildah("push", image.reference, f"docker-archive:{unfinished}:{image.reference}")
        unfinished.rename(image.archive)

    def _stored(self, image: Image) -> bool:
        inspect = [*ALONE, *self._storage(), "inspect", "--type", "image", image.reference]
        return subprocess.run(inspect, capture_output=True, env=self._env()).returncode == 0

    def _context(self, image: Image) -> Path:
        """The folder that a Containerfile copies from: its own, or where something was made."""
        if image.name == "coredns":
            return program("coredns").parent
        if image.name == "base":
            self._step.note("Debian's base system")
            self._run(_mmdebstrap(self._apt_settings(), self._folder / "base.tar"))
            return self._folder
        return image.folder

    def _mounts(self) -> list[str]:
        """What a build sees of the machine: `from:to`."""
        mounts = [
            f"{self._apt_settings()}:/etc/apt/apt.conf.d/90machine",
            f"{self._pip_settings()}:/etc/pip.conf",
        ]
        if bundle := _certificates():
            mounts.append(f"{bundle}:{CERTIFICATES[0]}")
        return mounts

    def _apt_settings(self) -> Path:
        dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True).stdout
        lines = [line for line in dump.splitlines() if APT_SETTINGS.match(line)]
        path = self._folder / "apt.conf"
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    def _pip_settings(self) -> Path:
        path = self._folder / "pip.conf"
        path.write_text(
            "".join(
                f"{line}\n" for line in ["[global]", f"cert = {CERTIFICATES[0]}", *pip_settings()]
            )
        )
        return path

    def _storage(self) -> list[str | Path]:
        """Our own corner: no image of the machine's user is seen or touched."""
        places = ["--root", FOLDER / "storage", "--runroot", self._folder / "run"]
        return ["buildah", *places, "--storage-driver", "overlay"]

    def _buildah(self, *words: str | Path) -> None:
        self._run([*self._storage(), *words])

    def _env(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self._folder)}

    def _run(self, command: Sequence[str | Path]) -> None:
        """Run a program, all that it says into the log, its steps as notes; refuse if it fails."""
        process = subprocess.Popen(
            [*ALONE, *(str(word) for word in command)],
            env=self._env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            last = _follow(process, self._log, self._step.note)
            if process.wait() != 0:
                raise Refusal(f"{self._step.name} failed: {last} The whole log is {self._log}.")
        finally:
            process.kill()
            process.wait()


def _follow(process: subprocess.Popen[str], log: Path, note: Callable[[str], None]) -> str:
    """Copy what a program says into its log; answer its last words."""
    last: deque[str] = deque(maxlen=3)
    with log.open("a") as file:
        for line in process.stdout or ():
            file.write(line)
            file.flush()
            if said := line.strip():
                last.append(said)
                if found := re.match(r"(?:\[\d+/\d+\] )?STEP \d+/\d+: (.*)", said):
                    note(re.sub(r"\s+", " ", found.group(1))[:60])
    return " ".join(last)


def _mmdebstrap(apt_settings: Path, target: Path) -> list[str | Path]:
    """The command that makes Debian's base system as a tar file."""
    wanted = (IMAGES / "base" / "packages.txt").read_text().splitlines()
    packages = ",".join(line for line in wanted if line and not line.startswith("#"))
    unread = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in UNREAD]
    # Settings of this machine: they were needed to get there, and are nobody else's business.
    ours = '"$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/hostname'
    return [
        *("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={packages}"),
        "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
        *unread,
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        f"--aptopt={apt_settings}",
        f'--customize-hook=rm -f {ours}; : > "$1"/etc/resolv.conf',
        *(SUITE, target),
    ]


def _certificates() -> Path | None:
    """The certificates that this machine trusts, if it keeps them where one looks."""
    places = [os.environ.get("SSL_CERT_FILE", ""), *CERTIFICATES]
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def pip_settings() -> list[str]:
    """How this machine's pip reaches its index, from pip's files and then its environment."""
    files = ["/etc/pip.conf", Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"]
    parser = configparser.RawConfigParser()
    parser.read([*files, os.environ.get("PIP_CONFIG_FILE", os.devnull)])
    settings = dict(parser["global"]) if parser.has_section("global") else {}
    for name in PIP_SETTINGS:
        if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            settings[name] = value
    if value := os.environ.get("PIP_DEFAULT_TIMEOUT"):
        settings["timeout"] = value
    # A value of several lines goes on with spaces before it.
    return [
        f"{name} = " + settings[name].replace("\n", "\n    ")
        for name in PIP_SETTINGS
        if name in settings
    ]
