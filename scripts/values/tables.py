"""The tables that templates read at every render, in one JSON file.

Helm reads JSON about ten times as fast as YAML, in which the tables are written.
"""

from pathlib import Path

from scripts.values.json_text import json_text
from scripts.yaml_files import read

# The files in `files/` without `.yaml`, which are the keys of the JSON, and what each is.
TABLES: dict[str, type[dict] | type[list]] = {
    "components": dict,
    "destinations": dict,
    "network_tests": list,
    "options": dict,
    "private_networks": dict,
    "secrets": list,
    "shapes": dict,
}


def tables_json(chart: Path, header: str) -> str:
    """Return the tables of a chart as JSON."""
    files = chart / "files"
    tables = {name: read(files / f"{name}.yaml", kind).data for name, kind in TABLES.items()}
    return json_text({"about": header, **tables}) + "\n"
