"""Version 6 of the AWS provider, which is not run here: no form that its upgrade guide removes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
import yaml

from scripts.paths import ROOT

REMOVED = yaml.safe_load(Path(__file__).with_name("aws_6.yaml").read_text())
FILES = sorted(
    path
    for folder in ("terraform", "environments", "examples")
    for path in (ROOT / folder).rglob("*.tf")
    if ".terraform" not in path.parts
)


def blocks(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each block of a file, such as `resource.aws_eip`, with its arguments."""
    parsed = hcl2.loads(text)
    for kind in ("resource", "data", "ephemeral"):
        for one in parsed.get(kind, []):
            for name, by_label in one.items():
                for block in by_label.values():
                    yield f"{kind}.{name.strip(chr(34))}", block
    for one in parsed.get("provider", []):
        for block in one.values():
            yield "provider", block


def arguments(node: Any) -> Iterator[tuple[str, Any]]:
    """Every argument of a block and of the blocks in it."""
    for one in node if isinstance(node, list) else [node]:
        for name, value in one.items() if isinstance(one, dict) else ():
            yield name, value
            yield from arguments(value)


def problems(text: str) -> list[str]:
    found = [one for one in REMOVED["references"] if re.search(one, text)]
    for kind, block in blocks(text):
        found += [one for one in REMOVED["gone"] if kind.split(".")[-1].startswith(one)]
        set_here = dict(arguments(block))
        for name in REMOVED["arguments"].get(kind, []):
            found += [f"{kind}.{name}"] * (name in set_here)
        for names in REMOVED["together"].get(kind, []):
            found += [f"{kind}: {' with '.join(names)}"] * (set(names) <= set_here.keys())
        for name in REMOVED["switches"].get(kind, []):
            found += [f"{kind}.{name}"] * (str(set_here.get(name)).strip('"') in ("0", "1"))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_no_form_that_version_6_removes(path: Path):
    assert problems(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_eip" "nat" {\n  vpc = true\n}',
        'resource "aws_eks_addon" "cni" {\n  resolve_conflicts = "OVERWRITE"\n}',
        'resource "aws_launch_template" "node" {\n  ebs_optimized = "1"\n}',
        'resource "aws_launch_template" "node" {\n  ebs {\n    delete_on_termination = 1\n  }\n}',
        'resource "aws_simpledb_domain" "old" {\n  name = "old"\n}',
        "locals {\n  region = data.aws_region.current.name\n}",
        'output "region" {\n  value = aws_s3_bucket.this["logs"].region\n}',
        'provider "aws" {\n  s3_us_east_1_regional_endpoint = "legacy"\n}',
        'resource "aws_db_instance" "d" {\n character_set_name = "X"\n snapshot_identifier = ""\n}',
    ],
)
def test_each_kind_of_removed_form_is_found(text: str):
    assert problems(text)
