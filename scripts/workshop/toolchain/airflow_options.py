"""Options of airflow.cfg, with their defaults, and names for programs, by version of Airflow.

The wheels of Airflow and its providers contain them. Tests run without Airflow, so they read them
from tests/airflow_options.yaml, whose part `versions` is written by hand.
"""

import ast
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import CHART, ROOT

FILE = ROOT / "tests" / "airflow_options.yaml"
CORE = "airflow/config_templates/config.yml"
HEADER = """\
# Options of airflow.cfg, `section.key`: the first of these versions that knows an option, with its
# default, and later versions where the default changes or the option is gone (`[]`). Those in
# `sensitive` hold secrets. Written by `python -m scripts options` from the wheels of `versions`,
# which is edited by hand: Airflow, and the providers that were current when it came out. `names`
# are those that programs of the chart import, in the same form.
"""
# Stands for the default in versions that do not have an option.
GONE: list[str] = []

Options = dict[str, Any]


@dataclass
class Known:
    """Options of a version of Airflow, with their defaults, and those that hold secrets."""

    defaults: Options = field(default_factory=dict)
    sensitive: set[str] = field(default_factory=set)
    names: dict[str, Any] = field(default_factory=dict)


def write() -> None:
    """Write the options of all versions to the file, from their wheels."""
    versions = yaml.safe_load(FILE.read_text())["versions"]
    with tempfile.TemporaryDirectory() as folder:
        found = {
            version: _options(Path(folder) / version, version, providers)
            for version, providers in versions.items()
        }
    names = sorted({name for version in found.values() for name in version.sensitive})
    defaults = {version: one.defaults for version, one in found.items()}
    imported = {version: one.names for version, one in found.items()}
    parts = {
        "versions": versions,
        "names": _changes(imported),
        "options": _changes(defaults),
    }
    lines = ["sensitive:", *(f"  - {name}" for name in names)]
    lines += [
        line
        for part, rows in parts.items()
        for line in (f"{part}:", *(f"  {name}: {_flow(row)}" for name, row in rows.items()))
    ]
    FILE.write_text(HEADER + "\n".join(lines) + "\n")
    console.print(f"wrote {FILE.relative_to(ROOT)}", highlight=False)


def read(part: str = "options") -> dict[str, Options]:
    """Return the options of each version in the file, with their defaults, or its names."""
    data = yaml.safe_load(FILE.read_text())
    found: dict[str, Options] = {version: {} for version in data["versions"]}
    for name, changes in data[part].items():
        default: Any = GONE
        for version, options in found.items():
            default = changes.get(version, default)
            if default != GONE:
                options[name] = default
    return found


def imported_names(files: Path = CHART / "files") -> set[str]:
    """Return the names that programs import from Airflow, or use in an imported module."""
    found = set()
    for program in files.glob("*.py"):
        tree = ast.parse(program.read_text())
        local = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("airflow")
            for alias in node.names
        }
        found |= set(local.values())
        # The attributes of a class are not names of its module.
        found |= {
            f"{local[node.value.id]}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if local.get(node.value.id, "X").rpartition(".")[2].islower()
        }
    return found


def _has(wheels: Iterable[Path], name: str) -> bool:
    """Return whether a wheel has a module, or a module that defines or imports a name."""
    path, _, last = name.rpartition(".")
    folder = path.replace(".", "/")
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            files = set(archive.namelist())
            if {f"{folder}/{last}.py", f"{folder}/{last}/__init__.py"} & files:
                return True
            for module in {f"{folder}.py", f"{folder}/__init__.py"} & files:
                if last in _defined(archive.read(module)):
                    return True
    return False


def _defined(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _changes(found: Mapping[str, Options]) -> dict[str, Options]:
    changes: dict[str, Options] = {}
    for name in sorted({name for options in found.values() for name in options}):
        before: Any = GONE
        for version, options in found.items():
            default = options.get(name, GONE)
            if default != before:
                changes.setdefault(name, {})[version] = default
            before = default
    return changes


def _options(folder: Path, version: str, providers: Mapping[str, str]) -> Known:
    wanted = [f"apache-airflow-core=={version}"]
    wanted += [f"apache-airflow-providers-{name}=={number}" for name, number in providers.items()]
    command = ("-m", "pip", "download", "--quiet", "--no-deps", f"--dest={folder}", *wanted)
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Refusal(f"pip could not download {wanted}: {done.stderr.strip()[-300:]}")
    wheels = sorted(folder.glob("*.whl"))
    found = Known(names=dict.fromkeys(filter(partial(_has, wheels), imported_names()), "there"))
    for wheel in wheels:
        for sections in _sections(wheel):
            for section, facts in sections.items():
                for key, option in facts["options"].items():
                    found.defaults[f"{section}.{key}"] = option.get("default")
                    if option.get("sensitive"):
                        found.sensitive.add(f"{section}.{key}")
    return found


def _sections(wheel: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the descriptions of sections in a wheel: of Airflow itself, or of a provider."""
    with zipfile.ZipFile(wheel) as archive:
        if CORE in archive.namelist():
            yield yaml.safe_load(archive.read(CORE))
        for name in archive.namelist():
            if name.endswith("/get_provider_info.py"):
                [act] = ast.parse(archive.read(name)).body[-1:]
                if isinstance(act, ast.FunctionDef) and isinstance(act.body[-1], ast.Return):
                    yield ast.literal_eval(act.body[-1].value or ast.Dict()).get("config") or {}


def _flow(row: Mapping[str, Any]) -> str:
    """Return a row in one line, without references between equal defaults."""
    items = [f"{name}: {_scalar(value)}" for name, value in row.items()]
    return "{" + ", ".join(items) + "}"


def _scalar(value: Any) -> str:
    text = yaml.safe_dump([value], default_flow_style=True, width=10_000, allow_unicode=True)
    return text.strip()[1:-1]
