"""Dags of a team: its folder in the environment's bucket, made equal to a local folder."""

import ast
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from scripts.console import console
from scripts.errors import Refusal
from scripts.releases.discovery import find

# Never part of a Dag: caches, hidden files and folders.
LEFT_OUT = ("__pycache__",)
# Metadata of an object: the digest of its content. The ETag of an encrypted object is none.
DIGEST = "sha256"


@dataclass(frozen=True)
class Changes:
    """Changes that make the bucket's folder equal to the local one: keys, relative to it."""

    uploaded: tuple[str, ...]
    deleted: tuple[str, ...]

    def as_data(self) -> dict[str, list[str]]:
        """Return the changes as JSON has them."""
        return {"uploaded": [*self.uploaded], "deleted": [*self.deleted]}


def publish(release: str, folder: Path, *, dry_run: bool = False, client: Any = None) -> Changes:
    """Upload the files of `folder` that are new or changed, then delete those that are gone.

    `client` is an S3 client of boto3; by default it has the caller's credentials. Raises Refusal,
    before anything is changed, for a release without a bucket, for a folder without Dags, and for
    a Python file that does not parse.
    """
    found = find(release)
    facts = found.environment.terraform
    if facts is None:
        raise Refusal(
            f"{found.environment.name} has no bucket of Dags, because its environment.yaml has no"
            " section `terraform`: change the Dags where its values mount them."
        )
    files = dict(_files(folder))
    bucket = f"airflow-{found.environment.name}-dags-{facts.account}"
    s3 = client or _client(facts.region)
    there = _call(lambda: dict(_objects(s3, bucket, f"{found.team}/")), bucket)
    wanted = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, path in files.items()}
    changes = Changes(
        tuple(key for key in sorted(wanted) if there.get(key) != wanted[key]),
        tuple(sorted(there.keys() - wanted.keys())),
    )
    if not dry_run:
        _call(lambda: _change(s3, bucket, found.team, changes, files, wanted), bucket)
    return changes


def show(changes: Changes, release: str, *, dry_run: bool) -> None:
    """Print what was changed, or would be."""
    for mark, keys in (("+", changes.uploaded), ("-", changes.deleted)):
        for key in keys:
            console.print(f"  {mark} {key}", markup=False, highlight=False)
    would = "would be " if dry_run else ""
    console.print(
        f"[green]✓[/] Dags of {release}: {len(changes.uploaded)} {would}uploaded,"
        f" {len(changes.deleted)} {would}deleted."
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield key and path of each file; raise Refusal when they cannot be the Dags of a team."""
    if not folder.is_dir():
        raise Refusal(f"{folder} is not a folder: name the folder with the team's Dags.")
    found = [
        (path.relative_to(folder), path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(
            part in LEFT_OUT or (part.startswith(".") and part != ".airflowignore")
            for part in path.relative_to(folder).parts
        )
    ]
    if not any(path.suffix in (".py", ".zip") for _, path in found):
        raise Refusal(
            f"{folder} has no Dag, no .py and no .zip file: the team would lose all Dags. Name the"
            " folder with the team's Dags."
        )
    for key, path in found:
        if path.suffix == ".py":
            _parse(path)
        yield key.as_posix(), path


def _parse(path: Path) -> None:
    try:
        ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = f" line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise Refusal(f"{path}{line} is not valid Python: correct it. ({error})") from None


def _client(region: str) -> Any:
    # The import takes half a second, which other commands would wait for.
    import boto3

    return boto3.client("s3", region_name=region)


def _objects(s3: Any, bucket: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield key and digest of each object; the digest of one that others have written is empty."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            metadata = s3.head_object(Bucket=bucket, Key=one["Key"])["Metadata"]
            yield one["Key"].removeprefix(prefix), metadata.get(DIGEST, "")


def _change(
    s3: Any,
    bucket: str,
    team: str,
    changes: Changes,
    files: Mapping[str, Path],
    digests: Mapping[str, str],
) -> None:
    """Upload before deleting: a Dag that was renamed is never missing."""
    for key in track(changes.uploaded, "Upload", console=console, transient=True):
        s3.put_object(
            Bucket=bucket,
            Key=f"{team}/{key}",
            Body=files[key].read_bytes(),
            Metadata={DIGEST: digests[key]},
        )
    for key in changes.deleted:
        s3.delete_object(Bucket=bucket, Key=f"{team}/{key}")


def _call(act: Any, bucket: str) -> Any:
    """Run requests to AWS; raise Refusal with one sentence when one fails."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return act()
    except (BotoCoreError, ClientError) as error:
        raise Refusal(
            f"The bucket {bucket} cannot be read or written: {error}. You need s3:ListBucket, and"
            " s3:GetObject, s3:PutObject and s3:DeleteObject in the team's folder, and its key"
            " (kms:GenerateDataKey, kms:Decrypt)."
        ) from None
