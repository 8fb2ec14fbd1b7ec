"""The tables that templates read at every render, in one JSON file.

Helm reads JSON about ten times as fast as YAML, in which the tables are written.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.values.json_text import json_text
from scripts.yaml_files import read

# The files in `files/` without `.yaml`, which are the keys of the JSON, and what each is.
TABLES: dict[str, type[dict] | type[list]] = {
    "components": dict,
    "destinations": dict,
    "facts": dict,
    "network_tests": list,
    "options": dict,
    "private_networks": dict,
    "refusals": dict,
    "secrets": list,
    "shapes": dict,
    "statsd_mappings": dict,
    "sidecars": dict,
    "warnings": list,
}


def tables_json(chart: Path, header: str) -> str:
    """Return the tables of a chart as JSON."""
    files = chart / "files"
    tables = {name: read(files / f"{name}.yaml", kind).data for name, kind in TABLES.items()}
    tables["shapes"] = _shapes(tables["shapes"])
    return json_text({"about": header, **tables}) + "\n"


def _shapes(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shapes of files/shapes.yaml as templates read them, without names of types.

    `kinds` are Go's kinds of a value, `is` the one that a refusal names, `fields` and `of` the
    shapes below; the items of a `named` list may also be texts.
    """
    types = written["types"]
    shapes = {"block": written["block"], **written["texts"], "object": "object", "pod": "pod"}
    return {name: _shape(shape, types) for name, shape in shapes.items()}


def _shape(written: Any, types: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(written, str):
        return _shape(types[written], types) if written in types else _kind("text", "string")
    if isinstance(written, list):
        return _kind("list", "slice") | _below(written[0], types)
    if "named" in written:
        return _kind("list", "slice", "map") | _below(written["named"], types) | {"named": True}
    if "*" in written:
        return _kind("map", "map") | _below(written["*"], types)
    fields = {key: _shape(shape, types) for key, shape in written.items()}
    return _kind("map", "map") | ({"fields": fields} if fields else {})


def _kind(word: str, *kinds: str) -> dict[str, Any]:
    return {"is": word, "kinds": ["invalid", *kinds]}


def _below(written: Any, types: Mapping[str, Any]) -> dict[str, Any]:
    return {} if written == "any" else {"of": _shape(written, types)}
