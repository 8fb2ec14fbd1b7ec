"""Images in the node: missing ones are imported."""

from collections.abc import Sequence
from pathlib import Path

from scripts.go_programs import program
from scripts.steps import step
from scripts.workshop.cluster.images import Image, build, images
from scripts.workshop.cluster.namespaces import inside
from scripts.workshop.cluster.subprocesses import run

# Images of `make up`, the smallest first: the pods of the network need not wait for Airflow.
WANTED = ("pause", "coredns", "postgres", "airflow")


def wanted() -> list[Image]:
    """Return the images that the node needs."""
    return [images()[name] for name in WANTED]


def import_missing(names: Sequence[str] = WANTED) -> None:
    """Import images that the node lacks."""
    there = present()
    for image in (images()[name] for name in names):
        if image.reference not in there:
            with step(f"Import the image {image.name} into the node"):
                image_import(build(image.name))


def present() -> set[str]:
    """Return the names of the complete, unpacked images in the node."""
    lines = _ctr("images", "check").splitlines()
    return {line.split()[0] for line in lines if "complete (" in line and line.endswith("true")}


def image_import(archive: Path) -> None:
    """Import the images of an archive (in the format of `docker save`) into the node."""
    _ctr("images", "import", str(archive.resolve()))


def _ctr(*arguments: str) -> str:
    return run([*inside(), program("ctr"), "--namespace=k8s.io", *arguments])
