"""JSON that is easy to read in a diff."""

import json
from typing import Any

WIDTH = 100


def json_text(node: Any, pad: str = "", key: str = "") -> str:
    """Return JSON that is easy to compare: sorted, and on one line where it fits."""
    line = f"{pad}{key}{json.dumps(node, sort_keys=True, ensure_ascii=False)}"
    if len(line) < WIDTH or not (isinstance(node, dict | list) and node):
        return line
    if isinstance(node, dict):
        opened, closed = "{", "}"
        parts = [
            json_text(value, f"{pad}  ", f"{json.dumps(name)}: ")
            for name, value in sorted(node.items())
        ]
    else:
        opened, closed = "[", "]"
        parts = [json_text(value, f"{pad}  ") for value in node]
    return "\n".join([f"{pad}{key}{opened}", ",\n".join(parts), f"{pad}{closed}"])
