"""Who may talk to whom and who reads which secret, drawn from rendered manifests.

Nothing here knows the tables of the chart: the policies are evaluated and the pods are read, so
that the picture shows what gets deployed.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.manifests import Manifests
from scripts.manifests.network_policies import End, Network, pod_ends
from scripts.paths import ROOT
from scripts.releases import Release, find, releases
from scripts.releases.render import release_manifests

LAUNCHED = "pod of a task"
FOLDER = ROOT / "docs" / "graphs"
# Characters; a picture is as wide as its widest table needs.
WIDTH = 170


@dataclass(frozen=True)
class Graph:
    """Edges of a release: caller, callee and ports; secret and reader."""

    manifests: Manifests
    namespace: str
    tasks: str

    @cached_property
    def ends(self) -> dict[str, End]:
        """Every pod, by its component; also one that a task launches."""
        found = pod_ends(self.manifests, self.namespace, self.tasks)
        return {**found, LAUNCHED: End(self.tasks, {"kubernetes_pod_operator": "True"})}

    @cached_property
    def calls(self) -> dict[tuple[str, str], list[str]]:
        """Who may open a connection to whom, and on which ports: `8080`, `8125/UDP`, `all`."""
        network = Network(self.manifests)
        found: dict[tuple[str, str], list[str]] = {}
        for caller, source in self.ends.items():
            for callee, target in self.ends.items():
                ports = [
                    str(port)
                    for port in sorted(set(target.ports.values()))
                    if caller != callee and network.allows(source, target, port)
                ]
                if ports:
                    found[caller, callee] = ports
            for place, port in dict.fromkeys(network.places(source)):
                found.setdefault((caller, place), []).append(port)
        return found

    @cached_property
    def places(self) -> list[str]:
        """What is outside and named by an address."""
        return sorted({callee for _, callee in self.calls} - self.ends.keys())

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        """Which pods can read a Secret."""
        found: dict[str, set[str]] = {}
        for pod in self.manifests.pods():
            for name, _ in pod.secret_keys:
                found.setdefault(name, set()).add(pod.component)
        return dict(sorted(found.items()))

    def mermaid(self) -> str:
        """The same as a flowchart for Markdown."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        ids = {
            name: f"n{number}"
            for number, name in enumerate([*self.ends, *self.places, *self.readers])
        }
        yield "flowchart LR"
        for where in (self.namespace, self.tasks):
            inside = [name for name, end in self.ends.items() if end.namespace == where]
            if inside and (where == self.namespace or self.tasks != self.namespace):
                yield f'  subgraph {ids[inside[0]]}s["{where}"]'
                yield from (f'    {ids[name]}["{name}"]' for name in inside)
                yield "  end"
        yield from (f'  {ids[name]}(["{name}"])' for name in self.places)
        yield from (f'  {ids[name]}[("{name}")]' for name in self.readers)
        for (caller, callee), ports in self.calls.items():
            yield f'  {ids[caller]} -->|"{", ".join(ports)}"| {ids[callee]}'
        for secret, readers in self.readers.items():
            yield from (f"  {ids[secret]} -.-> {ids[reader]}" for reader in sorted(readers))

    def tables(self) -> list[Table]:
        """The same for a person: callers and callees, secrets and readers."""
        callees = sorted({callee for _, callee in self.calls} & self.ends.keys()) + self.places
        traffic = self._table("who may call it, on which ports")
        for callee in callees:
            ports = [" ".join(self.calls.get((caller, callee), [])) for caller in self.ends]
            traffic.add_row(Text(callee, "bold"), *ports)
        secrets = self._table("who reads the Secret")
        for secret, readers in self.readers.items():
            marks = ["●" if pod in readers else "" for pod in self.ends]
            secrets.add_row(Text(secret, "bold"), *marks)
        return [traffic, secrets]

    def _table(self, title: str) -> Table:
        table = Table(title, show_lines=True)
        for pod in self.ends:
            table.add_column(pod, justify="center", overflow="fold")
        return table

    def svg(self, title: str) -> str:
        """The tables as a picture."""
        console = Console(record=True, width=WIDTH, file=io.StringIO())
        for table in self.tables():
            console.print(table)
        return console.export_svg(title=title, unique_id="graph")


def graph_of(release: Release) -> Graph:
    """The graph of a release as it gets deployed."""
    manifests = Manifests(release_manifests(release))
    return Graph(manifests, release.namespace, release.tasks_namespace)


def draw(name: str, *, svg: Path | None = None, mermaid: bool = False) -> None:
    """Print the graph of a release as tables or as Mermaid, or write it to a picture."""
    graph = graph_of(find(name))
    if svg:
        svg.write_text(graph.svg(name))
    elif mermaid:
        print(graph.mermaid(), end="")
    else:
        console = Console()
        for table in graph.tables():
            console.print(table)


def files(folder: Path = FOLDER) -> dict[Path, str]:
    """The pages and pictures of all releases, and their texts."""
    found = {}
    for release in releases():
        graph = graph_of(release)
        stem = str(release).replace("/", "-")
        found[folder / f"{stem}.svg"] = graph.svg(str(release))
        found[folder / f"{stem}.md"] = (
            f"# {release}: who talks to whom, who reads what\n\n"
            "<!-- Written by `make generate` from the rendered manifests. -->\n\n"
            f"![The same as tables]({stem}.svg)\n\n```mermaid\n{graph.mermaid()}```\n"
        )
    return found
