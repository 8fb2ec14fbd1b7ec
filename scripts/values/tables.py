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


def tables_json(chart: Path, header: str, defaults: Mapping[str, Any]) -> str:
    """Return the tables of a chart with these default values as JSON."""
    files = chart / "files"
    tables = {name: read(files / f"{name}.yaml", kind).data for name, kind in TABLES.items()}
    tables["shapes"] = _shapes(tables["shapes"])
    refusals = [row for topic in tables["refusals"].values() for row in topic]
    for name, rows in (("refusals", refusals), ("warnings", tables["warnings"])):
        tables[name] = [_refusal(row, tables["components"], defaults) for row in rows]
    return json_text({"about": header, **tables}) + "\n"


def _refusal(
    row: Mapping[str, Any], components: Mapping[str, Any], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a row of refusals.yaml or warnings.yaml with its items, and `reads`.

    The row holds only where one of the top-level values that it `reads` is not the default. A row
    without it may hold anyway: something else than values decides, such as an option.
    """
    each = row.get("each", ["*"])
    if isinstance(each, str):
        each = sorted({one["key"] for one in components.values() if one.get(each)})
    when = row["when"]
    others = [text.lstrip("!")[1:] for text in when.values() if _is_path(text)]
    paths = [[path.replace("*", one).split(".") for one in each] for path in [*when, *others]]
    values = [some for some in paths if not {"facts", "option"} & {path[0] for path in some}]
    decides = values if len(values) == len(paths) else []
    for some, asked in zip(paths, when.values(), strict=False):
        is_off = all(bool(_value_at(defaults, path)) is not asked for path in some)
        if isinstance(asked, bool) and some in values and is_off:
            decides = [some]
    reads = sorted({path[0] for some in decides for path in some})
    quickest = sorted(when.items(), key=lambda item: (not item[0].startswith("facts."), item[0]))
    row = {**row, "each": each, "when": quickest, "reads": reads}
    return {key: row[key] for key in ("each", "option", "when", "says", "reads") if row.get(key)}


def _value_at(values: Any, path: list[str]) -> Any:
    for key in path:
        values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _is_path(asked: Any) -> bool:
    return isinstance(asked, str) and asked.lstrip("!").startswith("=")


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
