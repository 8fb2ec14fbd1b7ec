"""The picture of docs/architecture.md: data flows and rooms, read from the sources."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts import svg
from scripts.errors import Refusal
from scripts.paths import ENVIRONMENTS, ROOT
from scripts.rooms import draw_rooms

FILE = ROOT / "docs" / "architecture.svg"
WIDTH, MARGIN = 1120, 24
BOX, GAP, LINE = 236, 42, 14
GROUND = "#f6f8fa"


@dataclass(frozen=True)
class Box:
    """A file or folder, and what it contributes."""

    path: str
    note: str

    @property
    def lines(self) -> list[str]:
        return textwrap.wrap(self.note, 36)

    @property
    def height(self) -> int:
        return 46 + LINE * len(self.lines)


@dataclass(frozen=True)
class Flow:
    """Boxes in columns; everything in a column goes into each box of the next one."""

    title: str
    columns: Sequence[Sequence[Box]]

    @property
    def height(self) -> int:
        return 34 + max(sum(box.height + 10 for box in column) for column in self.columns)


def files() -> dict[Path, str]:
    """Return the picture by its path; raise Refusal when a file in it does not exist."""
    elements, top = [svg.text(MARGIN, 40, "How data flows", 20, font_weight="bold")], 56
    for flow in _flows():
        elements += _flow(flow, top)
        top += flow.height + 14
    rooms, height = draw_rooms(MARGIN, top + 34, WIDTH - 2 * MARGIN)
    head = svg.arrowhead(svg.GRAY)
    return {FILE: svg.picture(WIDTH, top + 34 + height + MARGIN, [head, *elements, *rooms])}


def _flows() -> Iterator[Flow]:
    chart = "charts/airflow/files"
    components, secrets = _rows(f"{chart}/components.yaml"), _rows(f"{chart}/secrets.yaml")
    yield Flow(
        "Values: a model, and the files that make generate writes from it",
        [
            [Box("scripts/values", "the values model: names, types, defaults, descriptions")],
            [Box("scripts/generate.py", "writes files; make lint fails when one is stale")],
            [
                Box("charts/airflow/values.yaml", "every value with its default"),
                Box("charts/airflow/values.schema.json", "checked by Helm in every render"),
                Box("environments/team.schema.json", "the values that a team may set"),
                Box("docs/values.md", "one row per value"),
            ],
        ],
    )
    owners = _owners()
    yield Flow(
        "Releases: an environment and a team, deployed by one owner",
        [
            [_environment(folder) for folder in _environments()],
            [Box("scripts/releases", "Release: name, namespace, ordered layers of values")],
            [
                Box("terraform/modules/release", f"helm_release: {owners['terraform']}"),
                Box("scripts/releases/deploy.py", f"helm upgrade --install: {owners['ci']}"),
                Box("tests/releases", "helm template: manifests and assertions"),
            ],
        ],
    )
    yield Flow(
        "Traffic: the row of a component lists its calls",
        [
            [Box(f"{chart}/components.yaml", f"{components} components and their calls")],
            [Box("charts/airflow/templates", "NetworkPolicies: egress and ingress of each call")],
            [Box("scripts/manifests/network_policies.py", "evaluates the rendered policies")],
            [
                Box("docs/graphs", "pictures of each release"),
                Box("tests/cluster", "the same connections, tried on a cluster"),
            ],
        ],
    )
    yield Flow(
        "Secrets: the row of a secret lists its readers",
        [
            [Box(f"{chart}/secrets.yaml", f"{secrets} secrets, their keys and readers")],
            [
                Box("charts/airflow/templates", "variables, mounts, ExternalSecrets, checksums"),
                Box("terraform/modules/secrets", "Secrets Manager: the values themselves"),
            ],
        ],
    )


def _environments() -> list[Path]:
    return sorted(path.parent for path in ENVIRONMENTS.glob("*/environment.yaml"))


def _environment(folder: Path) -> Box:
    teams = ", ".join(sorted(path.stem for path in (folder / "teams").glob("*.yaml")))
    note = f"environment.yaml, values.yaml, teams: {teams}"
    return Box(str(folder.relative_to(ROOT)), note)


def _owners() -> dict[str, str]:
    """Environments by the owner of their releases."""
    found: dict[str, list[str]] = {"terraform": [], "ci": []}
    for folder in _environments():
        facts = yaml.safe_load((folder / "environment.yaml").read_text())
        found[facts["deployedBy"]].append(folder.name)
    return {owner: ", ".join(names) or "no environment" for owner, names in found.items()}


def _rows(path: str) -> int:
    return len(yaml.safe_load((ROOT / path).read_text()))


def _flow(flow: Flow, top: int) -> Iterator[str]:
    yield svg.text(MARGIN, top + 16, flow.title, 13, font_weight=600)
    room = flow.height - 34
    before: list[float] = []
    for number, column in enumerate(flow.columns):
        x = MARGIN + number * (BOX + GAP)
        y = top + 30 + (room - sum(box.height + 10 for box in column)) / 2
        middles = []
        for box in column:
            yield from _box(box, x, y)
            middles.append(y + box.height / 2)
            y += box.height + 10
        for start in before:
            for end in middles:
                bend = f"C {x - GAP / 2} {start} {x - GAP / 2} {end} {x - 3} {end}"
                yield svg.arrow(f"M {x - GAP} {start} {bend}")
        before = middles


def _box(box: Box, x: float, y: float) -> Iterator[str]:
    if not (ROOT / box.path).exists():
        raise Refusal(f"{box.path} does not exist: update it in scripts/architecture.py.")
    yield svg.box(x, y, BOX, box.height, GROUND, rx=6, stroke=svg.LINE)
    folder, _, name = box.path.rpartition("/")
    yield svg.text(x + 12, y + 17, f"{folder}/", 10, fill=svg.GRAY)
    yield svg.text(x + 12, y + 33, name, 13, font_weight=600)
    for number, line in enumerate(box.lines):
        yield svg.text(x + 12, y + 49 + LINE * number, line, 11, fill=svg.GRAY)
