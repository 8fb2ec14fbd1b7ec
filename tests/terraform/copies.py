"""Copies of the repository with other files, made of links, in which Terraform can run."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.paths import ROOT

LEFT_OUT = {".git", ".terraform"}


def linked(target: Path, folders: Iterable[str], files: Mapping[str, str]) -> None:
    """Fill a folder with links to the repository, and with these files.

    `folders` become folders of links instead of links, so that `..` stays in the copy.
    """
    replaced = {Path(path) for path in files}
    made = {Path(folder) for folder in folders} | {path.parent for path in replaced}
    made |= {parent for folder in made for parent in folder.parents}
    for folder in sorted(made):
        (target / folder).mkdir(exist_ok=True)
        sources = (ROOT / folder).iterdir() if (ROOT / folder).exists() else ()
        for path in (source.relative_to(ROOT) for source in sources):
            if path not in made | replaced and path.name not in LEFT_OUT:
                (target / path).symlink_to(ROOT / path)
    for path, text in files.items():
        (target / path).write_text(text)
