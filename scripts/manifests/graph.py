"""Allowed connections and readers of each Secret, drawn from rendered manifests.

The tables of the chart are not read: the policies are evaluated and the pods are inspected, so that
the picture shows what gets deployed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.manifests import Manifests
from scripts.manifests.matrix import Row, Section, matrix
from scripts.manifests.network_policies import Destination, End, Network, pod_ends
from scripts.paths import ROOT
from scripts.releases import Release, find, releases
from scripts.releases.render import release_manifests

LAUNCHED = "pod launched by a task"
FOLDER = ROOT / "docs" / "graphs"
LEGEND = "A cell lists the ports on which the pod in its column may call the row."
BLUE, PURPLE = "#0550ae", "#6639ba"


@dataclass(frozen=True)
class Graph:
    """Edges of a release: caller, callee and ports; Secret and reader."""

    manifests: Manifests
    namespace: str
    tasks: str

    @cached_property
    def ends(self) -> dict[str, End]:
        """Every pod by its component, and a pod that a task launches."""
        found = pod_ends(self.manifests, self.namespace, self.tasks)
        return {**found, LAUNCHED: End(self.tasks, {"kubernetes_pod_operator": "True"})}

    @cached_property
    def calls(self) -> dict[tuple[str, str | Destination], list[str]]:
        """Ports by caller and callee (a pod or a destination): `8080`, `8125/UDP`, `all`."""
        network = Network(self.manifests)
        found: dict[tuple[str, str | Destination], list[str]] = {}
        for caller, source in self.ends.items():
            for callee, target in self.ends.items():
                ports = [
                    str(port)
                    for port in sorted(set(target.ports.values()))
                    if caller != callee and network.allows(source, target, port)
                ]
                if ports:
                    found[caller, callee] = ports
            for destination, port in dict.fromkeys(network.destinations(source)):
                found.setdefault((caller, destination), []).append(port)
        return {pair: ["all"] if "all" in ports else ports for pair, ports in found.items()}

    @cached_property
    def destinations(self) -> list[Destination]:
        """Callees outside the release: those with a name, then those with addresses only."""
        found = {callee for _, callee in self.calls if isinstance(callee, Destination)}
        return sorted(found, key=lambda one: (not one.name, one.name.lower(), one.addresses))

    @cached_property
    def readers(self) -> dict[str, set[str]]:
        """Pods that can read a Secret, by its name."""
        found: dict[str, set[str]] = {}
        for pod in self.manifests.pods():
            for name, _ in pod.secret_keys:
                found.setdefault(name, set()).add(pod.component)
        return dict(sorted(found.items()))

    @property
    def namespaces(self) -> dict[str, list[str]]:
        """Pods by their namespace."""
        return {
            namespace: [name for name, end in self.ends.items() if end.namespace == namespace]
            for namespace in dict.fromkeys((self.namespace, self.tasks))
        }

    def sections(self) -> list[Section]:
        """Return the graph as tables with a column per pod."""
        called = sorted({callee for _, callee in self.calls if isinstance(callee, str)})
        readers = [
            Row(secret, dict.fromkeys(readers, "●")) for secret, readers in self.readers.items()
        ]
        return [
            Section("Calls to pods", BLUE, [self._callee(name) for name in called]),
            Section("Calls to other destinations", BLUE, [*map(self._callee, self.destinations)]),
            Section("Readers of Secrets", PURPLE, readers, boxed=False),
        ]

    def svg(self, title: str) -> str:
        """Return the tables as a picture."""
        return matrix(title, LEGEND, self.namespaces, self.sections())

    def tables(self) -> Iterator[Table]:
        """Yield the tables for a terminal."""
        for section in self.sections():
            table = Table(section.title, show_lines=True)
            for pod in self.ends:
                table.add_column(pod, justify="center", overflow="fold")
            for row in section.rows:
                name = Text(row.name, "bold").append(f"\n{row.note}" if row.note else "", "dim")
                table.add_row(name, *("\n".join(row.cells.get(pod, "")) for pod in self.ends))
            yield table

    def mermaid(self) -> str:
        """Return the graph as a flowchart for Markdown."""
        return "\n".join(self._flowchart()) + "\n"

    def _flowchart(self) -> Iterator[str]:
        nodes = [*self.ends, *self.destinations, *self.readers]
        ids = {node: f"n{number}" for number, node in enumerate(nodes)}
        yield "flowchart LR"
        for number, (namespace, inside) in enumerate(self.namespaces.items()):
            yield f'  subgraph s{number}["{namespace}"]'
            yield from (f'    {ids[name]}["{name}"]' for name in inside)
            yield "  end"
        for one in self.destinations:
            lines = [one.name, ", ".join(one.addresses)]
            yield f'  {ids[one]}(["{"<br/>".join(filter(None, lines))}"])'
        yield from (f'  {ids[secret]}[("{secret}")]' for secret in self.readers)
        for (caller, callee), ports in self.calls.items():
            yield f'  {ids[caller]} -->|"{", ".join(ports)}"| {ids[callee]}'
        for secret, readers in self.readers.items():
            yield from (f"  {ids[secret]} -.-> {ids[reader]}" for reader in sorted(readers))

    def _callee(self, callee: str | Destination) -> Row:
        ports = {pod: self.calls[pod, callee] for pod in self.ends if (pod, callee) in self.calls}
        addresses = ", ".join(callee.addresses) if isinstance(callee, Destination) else ""
        return Row(str(callee), ports, addresses if addresses != str(callee) else "")


def graph_of(release: Release) -> Graph:
    """Return the graph of a release as it gets deployed."""
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
    """Return the pages and pictures of all releases, by path."""
    found = {}
    for release in releases():
        graph = graph_of(release)
        stem = str(release).replace("/", "-")
        found[folder / f"{stem}.svg"] = graph.svg(str(release))
        found[folder / f"{stem}.md"] = (
            f"# {release}: allowed connections and readers of Secrets\n\n"
            "<!-- Written by `make generate` from the rendered manifests. -->\n\n"
            f"![The same as tables]({stem}.svg)\n\n```mermaid\n{graph.mermaid()}```\n"
        )
    return found
