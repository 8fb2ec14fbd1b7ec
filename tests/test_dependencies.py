"""pyproject.toml lists the imported packages, those of the workshop in a group of their own."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

from scripts.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WORKSHOP = ROOT / "scripts" / "workshop"
APPLICATION = [
    path for path in (ROOT / "scripts").rglob("*.py") if not path.is_relative_to(WORKSHOP)
]
DISTRIBUTIONS = packages_distributions()
# Started as programs of their own: `python -m ruff`.
STARTED = {"ruff", "uv"}
# Imported by `tf` only, which works with older versions.
PINNED = {"protobuf"}


def imported(paths: list[Path]) -> set[str]:
    """Return the distributions that provide the packages that files import."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text()))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    packages = {name.partition(".")[0] for name in names} - {"scripts"} - sys.stdlib_module_names
    return {DISTRIBUTIONS[package][0].lower() for package in packages}


def declared(requirements: list) -> set[str]:
    return {Requirement(one).name.lower() for one in requirements if isinstance(one, str)}


OF_APPLICATION = declared(PROJECT["project"]["dependencies"])
OF_WORKSHOP = declared(PROJECT["dependency-groups"]["workshop"])


def test_the_application_declares_what_it_imports_and_nothing_else():
    assert imported(APPLICATION) == OF_APPLICATION


def test_the_workshop_declares_what_it_imports_beyond_the_application():
    of_workshop = imported(list(WORKSHOP.rglob("*.py"))) - OF_APPLICATION
    assert of_workshop | STARTED | PINNED == OF_WORKSHOP


def test_no_package_is_declared_twice():
    of_tests = declared(PROJECT["dependency-groups"]["dev"])
    twice = (OF_APPLICATION | OF_WORKSHOP) & of_tests | (OF_APPLICATION & OF_WORKSHOP)
    assert twice == set()
