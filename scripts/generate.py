"""Writes what follows from the values model (values.yaml, the schemas, docs/values.md), the
dashboards of Datadog and the tables of docs/security.md."""

from pathlib import Path

from scripts import architecture, attacks
from scripts.console import console
from scripts.datadog import files as datadog
from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT
from scripts.values import TeamValues
from scripts.values.chart_files import chart_files
from scripts.values.schema import schema_json


def files() -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        **chart_files(),
        ENVIRONMENTS / "team.schema.json": schema_json(TeamValues, prose=True),
        **datadog.files(),
        **architecture.files(),
        **attacks.files(),
    }


def generate(*, check: bool = False) -> None:
    """Write the generated files; with `check`, write nothing and refuse when one is stale."""
    stale = [path for path, text in files().items() if not _is(path, text)]
    if check and stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        raise Refusal(f"{names} no longer fit what they are made of: run `make generate`.")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[path])
        console.print(f"wrote {path.relative_to(ROOT)}", highlight=False)


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text
