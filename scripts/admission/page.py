"""Where pods may run: a page with the placement of every component, class and team.

The placement of components is read from rendered manifests, that of classes from values of
charts/admission, so that the page shows what gets deployed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from pydantic import ValidationError

from scripts.admission import table
from scripts.admission.placement import PREFERRED, placed, terms_of
from scripts.console import console
from scripts.errors import Refusal
from scripts.manifests import Manifests
from scripts.releases.discovery import of_environment
from scripts.releases.render import release_manifests
from scripts.yaml_files import read

COLUMNS = ("node selector", "required affinity", "preferred affinity", "tolerations", "priority")
# An alternative of node affinity; its requirements all hold.
OR, AND = " or ", " and "

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { margin: 24px auto; max-width: 1280px; padding: 0 16px; color: #1f2328;
  font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin: 28px 0 8px; }
p { color: #57606a; margin: 4px 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
td, th { border: 1px solid #d5dae1; padding: 5px 9px; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: #f6f8fa; font-weight: 600; }
.none { color: #8c959f; } .yes { color: #1a7f37; font-weight: 600; }
</style>
</head>
<body>
<h1>$title</h1>
$sections
</body>
</html>
""")


@dataclass(frozen=True)
class Placement:
    """The placement of a pod, in words of Kubernetes, one line an item."""

    name: str
    node_selector: Sequence[str]
    required: Sequence[str]
    preferred: Sequence[str]
    tolerations: Sequence[str]
    priority: Sequence[str]


def placement(name: str, spec: Mapping[str, Any]) -> Placement:
    """Return the placement that the specification of a pod states."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    selector = spec.get("nodeSelector") or {}
    return Placement(
        name,
        [f"{key} = {value}" for key, value in sorted(selector.items())],
        [OR.join(_term(term) for term in terms_of(spec))] if terms_of(spec) else [],
        [f"{_term(one['preference'])} ({one['weight']})" for one in affinity.get(PREFERRED) or []],
        [_toleration(one) for one in spec.get("tolerations") or []],
        [spec["priorityClassName"]] if spec.get("priorityClassName") else [],
    )


def components(environment: str) -> dict[str, list[Placement]]:
    """Return the placement of the components of each release of an environment, by team."""
    return {
        release.team: [
            placement(pod.component or str(pod), pod.spec)
            for pod in Manifests(release_manifests(release)).pods()
        ]
        for release in of_environment(environment)
    }


def classes(known: table.Table) -> list[Placement]:
    """Return the placement that a pod gets from each class, when it has none of its own."""
    pod: dict[str, Any] = {"metadata": {}, "spec": {"containers": [{}]}}
    return [placement(name, placed(pod, one)["spec"]) for name, one in known.classes.items()]


def read_table(file: Path) -> table.Table:
    """Read values of charts/admission; raises Refusal when they are not."""
    try:
        return table.read(read(file).data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refusal(f"{file}: {where}: {first['msg']}: see docs/admission-values.md.") from None


def write(environment: str, *, values: Path | None, as_json: bool, output: Path) -> None:
    """Write the page, or print the same as JSON."""
    found = components(environment)
    known = read_table(values) if values else None
    if as_json:
        rows = {team: [asdict(one) for one in rows] for team, rows in found.items()}
        print(json.dumps({"components": rows, "classes": _json(known)}, indent=2))
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(_page(environment, found, known))
    console.print(f"Wrote {output}: open it in a browser.")


def _json(known: table.Table | None) -> dict[str, Any]:
    if not known:
        return {}
    return {
        one.name: asdict(one)
        | {"teams": [team for team, row in known.values.teams.items() if one.name in row.classes]}
        for one in classes(known)
    }


def _page(
    environment: str, found: Mapping[str, Sequence[Placement]], known: table.Table | None
) -> str:
    sections = []
    if known:
        note = "A pod with the label of a class gets this in addition to its own placement."
        sections += [_section("Classes", note, _placements("class", classes(known))), _teams(known)]
    for team, rows in found.items():
        note = "`worker` is the pod of a task; a class in its labels adds to it."
        sections.append(_section(f"Components of {team}", note, _placements("component", rows)))
    title = f"Airflow {environment}: nodes of pods"
    return PAGE.substitute(title=escape(title), sections="\n".join(sections))


def _teams(known: table.Table) -> str:
    names = list(known.classes)
    rows = [
        [
            [team],
            row.namespaces,
            row.cost_centers,
            *(["yes"] if name in row.classes else [] for name in names),
        ]
        for team, row in known.values.teams.items()
    ]
    note = "Pods in these namespaces must have the labels of their team and its cost center."
    return _section("Teams", note, _table(["team", "namespaces", "cost centers", *names], rows))


def _placements(kind: str, rows: Sequence[Placement]) -> str:
    """A table in which those with the same placement share a row."""
    names: dict[str, list[str]] = {}
    cells = {}
    for row in rows:
        found = [row.node_selector, row.required, row.preferred, row.tolerations, row.priority]
        names.setdefault(repr(found), []).append(row.name)
        cells[repr(found)] = found
    return _table([kind, *COLUMNS], [[names[key], *found] for key, found in cells.items()])


def _section(title: str, note: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>\n<p>{escape(note)}</p>\n{body}"


def _table(heads: Iterable[str], rows: Iterable[Sequence[Sequence[str]]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"


def _cell(lines: Sequence[str]) -> str:
    if not lines:
        return '<td class="none">-</td>'
    style = ' class="yes"' if list(lines) == ["yes"] else ""
    return f"<td{style}>{'<br>'.join(map(escape, lines))}</td>"


def _term(term: Mapping[str, Any]) -> str:
    parts = [*(term.get("matchExpressions") or []), *(term.get("matchFields") or [])]
    return AND.join(_requirement(one) for one in parts) or "no node"


def _requirement(one: Mapping[str, Any]) -> str:
    values = ", ".join(one.get("values") or [])
    return f"{one['key']} {one['operator']}" + (f" ({values})" if values else "")


def _toleration(one: Mapping[str, Any]) -> str:
    key = one.get("key") or "every taint"
    value = f" = {one['value']}" if one.get("value") else ""
    effect = f": {one['effect']}" if one.get("effect") else ""
    seconds = f" for {one['tolerationSeconds']} s" if "tolerationSeconds" in one else ""
    return f"{key}{value}{effect}{seconds}"
