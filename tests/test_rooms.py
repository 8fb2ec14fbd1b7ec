"""The application never imports the workshop, and imports have no circles."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from scripts.paths import ROOT

WORKSHOP = "scripts.workshop"
# `python -m scripts` combines both.
ENTRY = "scripts.__main__"
# Modules that are started or imported by name: `python3 -m scripts.bootstrap`, provider plugins.
STARTED = {
    ENTRY,
    "scripts.bootstrap",
    *(f"scripts.workshop.providers.{name}" for name in ("__main__", "datadog", "helm")),
}
# Its modules are found by listing the folder.
LISTED = "scripts.values.components."


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in sorted((ROOT / "scripts").rglob("*.py"))}
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def imported(path: Path, *, lazily: bool = True) -> set[str]:
    """Modules of scripts/ that a file imports; without `lazily`, only those at its top."""
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree) if lazily else tree.body:
        if isinstance(node, ast.ImportFrom) and source(node, path).startswith("scripts"):
            module = source(node, path)
            names = {f"{module}.{alias.name}" for alias in node.names}
            inner = names & MODULES.keys()
            found |= inner
            if len(inner) < len(names):
                found.add(module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES.keys()
    return found


def source(node: ast.ImportFrom, path: Path) -> str:
    """The module that names come from; `from ..workshop import x` counts from the file."""
    if not node.level:
        return node.module or ""
    folders = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*folders, *filter(None, [node.module])])


def named_in_text(path: Path) -> set[str]:
    """Modules of the workshop that texts of a file name: importlib and `python -m` take a text."""
    nodes = ast.walk(ast.parse(path.read_text()))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and is_workshop(text.strip())}


IMPORTS = {module: imported(path) for module, path in MODULES.items()}


def is_workshop(module: str) -> bool:
    return module == WORKSHOP or module.startswith(f"{WORKSHOP}.")


def offenders(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Modules of the application that import the workshop."""
    return {
        module: found
        for module, names in imports.items()
        if not is_workshop(module)
        and module != ENTRY
        and (found := set(filter(is_workshop, names)))
    }


def test_the_application_never_imports_the_workshop():
    assert any(is_workshop(module) for module in MODULES)
    both = {module: IMPORTS[module] | named_in_text(path) for module, path in MODULES.items()}
    assert offenders(both) == {}


@pytest.mark.parametrize(
    "text",
    [
        "def act():\n    from scripts import workshop\n    return workshop",
        "import scripts.workshop.providers",
        "from ..workshop import providers",
        "from .. import workshop",
        "import_module('scripts.workshop.providers')",
        "run([sys.executable, '-m', 'scripts.workshop.providers'])",
    ],
)
def test_an_import_of_the_workshop_is_seen_however_it_is_written(text: str):
    file = ROOT / "scripts" / "releases" / "deploy.py"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda _: text)
        found = imported(file) | named_in_text(file)
    assert offenders({"scripts.releases.deploy": found})


def test_imports_have_no_circles():
    try:
        TopologicalSorter(IMPORTS).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_module_has_an_importer():
    used = set().union(*IMPORTS.values(), *(imported(path) for path in TESTS)) | STARTED
    packages = {module for module, path in MODULES.items() if path.name == "__init__.py"}
    text = "\n".join(path.read_text() for path in (*MODULES.values(), *TESTS))
    named = {module for module in MODULES if f'"{module}"' in text or f"-m {module}" in text}
    listed = {module for module in MODULES if module.startswith(LISTED)}
    assert MODULES.keys() - used - named - packages - listed == set()
