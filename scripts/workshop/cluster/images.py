"""The images of images/: built from their sources once, and cached as archives by content.

buildah keeps its layers in a storage inside the cache, so that a rebuild starts at the first
changed line of a Containerfile. Certificates and settings with which the machine reaches its
package registries (of apt and pip) are mounted during a build and are part of no image.
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
from scripts.paths import CACHE, IMAGES, ROOT, TOOLS, digest
from scripts.steps import Step, step
from scripts.workshop.toolchain import maven

SUITE = "bookworm"
FOLDER = CACHE / "images"
# Archives that are kept of each image, so that going back to the last one needs no build.
KEPT = 2
# Omitted from all images: apt of the base image excludes these folders in derived images, too.
UNREAD = ("doc", "info", "locale", "man")
# Trusted certificates of distributions; that of Debian is the first.
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)
# A build runs in its own namespaces, which end with this process, however it ends. Its mounts are
# not visible outside, so none is left, and removing its files cannot affect the machine.
ALONE = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
# Settings of apt and pip that decide how a machine reaches its registries.
APT_SETTINGS = re.compile(r"^Acquire::(Check-|Retries|https?::).*")
PIP_SETTINGS = ("extra-index-url", "index-url", "proxy", "retries", "timeout", "trusted-host")


@dataclass(frozen=True)
class Image:
    """An image: a folder of images/, optionally with more sources, or based on another image.

    `variant_of` names another image: files that its own folder lacks are the other's.
    """

    name: str
    version: str
    base: "Image | None" = None
    more_sources: tuple[Path, ...] = ()
    # Program of tools/ whose folder is the build context, instead of the folder of images/.
    program: str = ""
    variant_of: str | None = None
    # Build context, instead of the folder of images/: `more_sources` are below it.
    context: Path | None = None
    # Images whose files it copies; the build has the name of each in capitals as an argument.
    parts: "tuple[Image, ...]" = ()

    @property
    def folder(self) -> Path:
        return IMAGES / self.name

    @property
    def common_files(self) -> list[Path]:
        """Files that the image has from the one of which it is a variant."""
        files = sorted((IMAGES / self.variant_of).iterdir()) if self.variant_of else []
        return [file for file in files if not (self.folder / file.name).exists()]

    @property
    def recipe(self) -> Path:
        """The Containerfile."""
        return IMAGES / (self.variant_of or self.name) / "Containerfile"

    @cached_property
    def digest(self) -> str:
        """Digest of all sources of the image, including its base."""
        under = [image.digest for image in (self.base, *self.parts) if image]
        below = " ".join(under) or SUITE
        return digest([self.folder, *self.common_files, *self.more_sources], below)

    @property
    def repository(self) -> str:
        return f"localhost/{self.name}"

    @property
    def tag(self) -> str:
        return f"{self.version}-{self.digest}"

    @property
    def reference(self) -> str:
        """Reference of the image in pods; its tag contains the digest."""
        return f"{self.repository}:{self.tag}"

    @property
    def archive(self) -> Path:
        """Path of the built image, in the format of `docker save`."""
        return FOLDER / f"{self.name}-{self.digest}.tar"


@cache
def images() -> Mapping[str, Image]:
    """Return every image that pods run, by name."""
    airflow, following = (
        _version(IMAGES / name / "requirements.lock", r"^apache-airflow==(\S+)")
        for name in ("airflow", "airflow-next")
    )
    postgres = _version(IMAGES / "postgres" / "Containerfile", r"\bpostgresql-(\d+)\b")
    below = base()
    plain = Image("airflow", airflow, below)
    spark = Image(
        "spark", _version(IMAGES / "spark" / "requirements.lock", r"^pyspark==(\S+)"), below
    )
    every = [
        plain,
        _admission(below),
        Image("airflow-compat", airflow, plain),
        Image("airflow-spark", airflow, plain, parts=(spark,)),
        Image("airflow-next", following, below, variant_of="airflow"),
        _compiled("coredns", "coredns", "kubernetes", "github.com/coredns/coredns"),
        Image("keycloak", _keycloak().version, below),
        Image("pause", "1", below),
        Image("pgbouncer", SUITE, below),
        Image("postgres", postgres, below),
        spark,
        _compiled(
            "statsd-exporter", "statsd_exporter", "statsd", "github.com/prometheus/statsd_exporter"
        ),
    ]
    return {image.name: image for image in every}


def layer() -> dict[str, Any]:
    """Return the values of a release that runs these images, as its last layer."""
    airflow, postgres = (
        {"repository": image.repository, "tag": image.tag}
        for image in (images()["airflow"], images()["postgres"])
    )
    return {
        "images": {"airflow": airflow},
        "postgresql": {"image": postgres},
        # The public image lacks gunicorn.
        "config": {"api": {"server_type": "gunicorn"}},
    }


@cache
def base() -> Image:
    """Return Debian's minimal system, the base of other images."""
    return Image("base", SUITE)


def build(name: str) -> Path:
    """Return the archive of an image, built if needed; raise Refusal for an unknown image."""
    if name not in images():
        raise Refusal(f"unknown image {name!r}; images/ contains: {', '.join(images())}.")
    image = images()[name]
    if not image.archive.exists():
        _require("buildah", "mmdebstrap")
        with locked(FOLDER):
            if not image.archive.exists():
                with step(f"Build the image {name}") as this:
                    _build(image, this)
    return image.archive


def _compiled(name: str, program: str, module: str, package: str) -> Image:
    """Return the image of a program that is compiled from a Go module in tools/."""
    go_mod = TOOLS / module / "go.mod"
    version = _version(go_mod, rf"^\s*{re.escape(package)} v(\S+)")
    return Image(name, version, None, (go_mod, go_mod.with_name("go.sum")), program)


def _admission(base: Image) -> Image:
    """Return the image of the webhook, which shares the definition of placements."""
    version = _version(IMAGES / "admission" / "requirements.lock", r"^uvicorn==(\S+)")
    folder = ROOT / "scripts" / "admission"
    sources = [ROOT / "scripts" / "__init__.py"]
    sources += [folder / f"{name}.py" for name in ("__init__", "classes", "placement")]
    return Image("admission", version, base, tuple(sources), context=ROOT)


def _version(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text(), re.MULTILINE)
    if found is None:
        raise Refusal(f"{path} contains no version: nothing matches {pattern}.")
    return found.group(1)


def _keycloak() -> maven.Artifact:
    return maven.locked_artifact(IMAGES / "keycloak" / "artifact.lock")


def _unpacked(archive: Path, folder: Path) -> Path:
    """Unpack a distribution into a folder, without the version in its name."""
    shutil.unpack_archive(archive, folder)
    (unpacked,) = folder.iterdir()
    unpacked.rename(folder / unpacked.name.partition("-")[0])
    return folder


def _require(*names: str) -> None:
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        raise Refusal(
            f"Building images needs {' and '.join(missing)}: apt-get install {' '.join(missing)}."
        )


def _build(image: Image, this: Step) -> None:
    """Build the layers of an image and write its archive, atomically."""
    for left in FOLDER.glob("building-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix="building-", dir=FOLDER) as folder:
        builder = _Builder(Path(folder), FOLDER / f"{image.name}-{image.digest}.log", this)
        builder.clean()
        builder.layers(image)
        builder.archive(image)
    remove_old_archives(image)


def remove_old_archives(image: Image) -> None:
    """Remove all but the newest archives of an image, and the logs of removed ones."""
    ours = f"{image.name}-{'[0-9a-f]' * 16}"
    archives = sorted(FOLDER.glob(f"{ours}.tar"), key=lambda path: path.stat().st_mtime)
    for old in archives[:-KEPT]:
        old.unlink()
    for log in FOLDER.glob(f"{ours}.log"):
        if not log.with_suffix(".tar").exists():
            log.unlink()


class _Builder:
    """A build, with its temporary files in one folder."""

    def __init__(self, folder: Path, log: Path, this: Step) -> None:
        self._folder = folder
        self._log = log
        self._step = this
        self._log.unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove the leftovers of killed builds from the storage."""
        self._buildah("rm", "--all")

    def layers(self, image: Image) -> None:
        """Build an image and its base in the storage."""
        if self._stored(image):
            return
        options = []
        named = {one.name.upper(): one for one in image.parts}
        for name, one in {**({"BASE": image.base} if image.base else {}), **named}.items():
            self.layers(one)
            options += ["--build-arg", f"{name}={one.reference}"]
        context = self._context(image)
        options += [word for mount in self._mounts() for word in ("--volume", f"{mount}:ro")]
        self._buildah(
            *("build", "--layers", "--isolation", "chroot", "--pull-never", "--force-rm"),
            *("--file", image.recipe, "--tag", image.reference, *options),
            context,
        )

    def archive(self, image: Image) -> None:
        """Write the archive of an image in the storage."""
        self._step.note("writing the archive")
        unfinished = self._folder / image.archive.name
        self._buildah("push", image.reference, f"docker-archive:{unfinished}:{image.reference}")
        unfinished.rename(image.archive)

    def _stored(self, image: Image) -> bool:
        inspect = [*ALONE, *self._storage(), "inspect", "--type", "image", image.reference]
        return subprocess.run(inspect, capture_output=True, env=self._env()).returncode == 0

    def _context(self, image: Image) -> Path:
        """Return the build context of an image: its own folder, or one with generated files."""
        if image.context:
            return image.context
        if image.program:
            return program(image.program).parent
        if image.name == "base":
            self._step.note("Debian's base system")
            self._run(_mmdebstrap(self._apt_settings(), self._folder / "base.tar"))
            return self._folder
        if image.name == "keycloak":
            return _unpacked(maven.download(_keycloak()), self._folder / "context")
        if not image.common_files:
            return image.folder
        merged = shutil.copytree(image.folder, self._folder / "context")
        for file in image.common_files:
            shutil.copy2(file, merged)
        return merged

    def _mounts(self) -> list[str]:
        """Return the mounts of a build: `from:to`."""
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
        """Return the command for a separate storage, apart from the user's own images."""
        places = ["--root", FOLDER / "storage", "--runroot", self._folder / "run"]
        return ["buildah", *places, "--storage-driver", "overlay"]

    def _buildah(self, *words: str | Path) -> None:
        self._run([*self._storage(), *words])

    def _env(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self._folder)}

    def _run(self, command: Sequence[str | Path]) -> None:
        """Run a program with its output in the log; raise Refusal when it fails."""
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
                raise Refusal(f"{self._step.name} failed: {last} Log: {self._log}.")
        finally:
            process.kill()
            process.wait()


def _follow(process: subprocess.Popen[str], log: Path, note: Callable[[str], None]) -> str:
    """Copy the output of a program to its log; return its last lines."""
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
    """Return the command that writes Debian's base system to a tar file."""
    wanted = (IMAGES / "base" / "packages.txt").read_text().splitlines()
    packages = ",".join(line for line in wanted if line and not line.startswith("#"))
    unread = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in UNREAD]
    # Settings of this machine, which were needed for the build only.
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
    """Return the trusted certificates of this machine, if they are in a usual place."""
    places = [os.environ.get("SSL_CERT_FILE", ""), *CERTIFICATES]
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def pip_settings() -> list[str]:
    """Return pip's settings for its index, from pip's files and then from the environment."""
    files = ["/etc/pip.conf", Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"]
    parser = configparser.RawConfigParser()
    parser.read([*files, os.environ.get("PIP_CONFIG_FILE", os.devnull)])
    settings = dict(parser["global"]) if parser.has_section("global") else {}
    for name in PIP_SETTINGS:
        if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            settings[name] = value
    if value := os.environ.get("PIP_DEFAULT_TIMEOUT"):
        settings["timeout"] = value
    # Continuation lines of a value begin with spaces.
    return [
        f"{name} = " + settings[name].replace("\n", "\n    ")
        for name in PIP_SETTINGS
        if name in settings
    ]
