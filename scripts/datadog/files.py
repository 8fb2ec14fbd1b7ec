"""Generated files: dashboards and units of times for Terraform, and pictures."""

import json
from pathlib import Path
from typing import Any

from scripts.datadog.metrics import times
from scripts.datadog.pages import DASHBOARDS
from scripts.datadog.picture import picture
from scripts.datadog.preview import MODULE, context
from scripts.paths import ROOT

WIDTH = 160
PICTURES = ROOT / "docs" / "dashboards"
# The environment of the pictures in the documentation.
PICTURED = "prod"


def files() -> dict[Path, str]:
    """Return every generated file and its text."""
    data = context(PICTURED).data()
    return {
        MODULE / "per_second.json": _text(times()),
        **{
            MODULE / "dashboards" / f"{one.name}.json.tftpl": _text(one.definition())
            for one in DASHBOARDS
        },
        **{PICTURES / f"{one.name}.svg": picture(one, data) for one in DASHBOARDS},
    }


def _text(value: object) -> str:
    return _lines(value, 0) + "\n"


def _lines(value: Any, depth: int) -> str:
    """Return JSON with short values on one line, so that a changed query is one changed line."""
    short = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(short) + 2 * depth <= WIDTH:
        return short
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_lines(value[key], depth + 1)}" for key in sorted(value)]
        start, end = "{}"
    else:
        items = [_lines(item, depth + 1) for item in value]
        start, end = "[]"
    inner = f",\n{pad}".join(items)
    return f"{start}\n{pad}{inner}\n{'  ' * depth}{end}"
