"""Images inside the node: those that it lacks are brought in."""

from pathlib import Path

from scripts.go_programs import program
from scripts.steps import step
from scripts.workshop.cluster.images import Image, build, images
from scripts.workshop.cluster.namespaces import inside
from scripts.workshop.cluster.subprocesses import run

# What pods of `make up` run, the smallest first: the network's pods need not wait for Airflow.
WANTED = ("pause", "coredns", "postgres", "airflow")


def wanted() -> list[Image]:
    """The images that the node has to have."""
    return [images()[name] for name in WANTED]


def import_missing() -> None:
    """Bring those images in that the node lacks."""
    there = present()
    for image in wanted():
        if image.reference not in there:
            with step(f"Bring the image {image.name} into the node"):
                image_import(build(image.name))


def present() -> set[str]:
    """The names of the images that the node has, complete and unpacked."""
    lines = _ctr("images", "check").splitlines()
    return {line.split()[0] for line in lines if "complete (" in line and line.endswith("true")}


def image_import(archive: Path) -> None:
    """Bring the images of an archive, as `docker save` writes it, into the node."""
    _ctr("images", "import", str(archive.resolve()))


def _ctr(*arguments: str) -> str:
    return run([*inside(), program("ctr"), "--namespace=k8s.io", *arguments])
