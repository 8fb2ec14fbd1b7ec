"""All generated files: values.yaml, schemas, rules, documentation, dashboards, graphs."""

from collections.abc import Callable, Iterable
from pathlib import Path

from scripts import architecture, attacks
from scripts.console import console
from scripts.datadog import files as datadog
from scripts.errors import Refusal
from scripts.manifests import graph
from scripts.paths import ROOT
from scripts.releases import generated
from scripts.values.admission_files import admission_files
from scripts.values.chart_files import chart_files

# In this order: the graphs are drawn from manifests, which are rendered with values.yaml.
STAGES: tuple[Callable[[], dict[Path, str]], ...] = (
    chart_files,
    admission_files,
    generated.files,
    datadog.files,
    architecture.files,
    attacks.files,
    graph.files,
)


def generate(*, check: bool = False) -> None:
    """Update the generated files; with `check`, raise Refusal if one is stale instead."""
    stale: list[str] = []
    for stage in STAGES:
        texts = stage()
        for path in [*texts, *_left_over(texts)]:
            if path in texts and path.exists() and path.read_text() == texts[path]:
                continue
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                _update(path, texts.get(path))
    if check and stale:
        raise Refusal(f"Generated files are stale: {', '.join(stale)}. Run `make generate`.")


def _left_over(texts: Iterable[Path]) -> list[Path]:
    """Return the graphs of removed teams: all files in the folder of graphs are generated."""
    if graph.FOLDER not in {path.parent for path in texts}:
        return []
    return sorted(set(graph.FOLDER.iterdir()) - set(texts))


def _update(path: Path, text: str | None) -> None:
    """Write a file; without a text, remove it."""
    if text is None:
        path.unlink()
        console.print(f"removed {path.relative_to(ROOT)}", highlight=False)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    console.print(f"wrote {path.relative_to(ROOT)}", highlight=False)
