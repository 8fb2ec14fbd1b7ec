"""The example Dags as source code; the cluster tests run them."""

import ast
import re
from pathlib import Path

import pytest

from scripts.paths import DAGS

IGNORED = (DAGS / ".airflowignore").read_text().splitlines()
FILES = [path for path in sorted(DAGS.glob("*.py")) if path.name not in IGNORED]


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions of a file with the decorator `@dag(…)`."""
    return [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("dag(") for decorator in node.decorator_list)
    ]


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_file_has_one_dag_of_its_name(file: Path):
    assert [function.name for function in functions(file)] == [file.stem]


def test_an_example_dag_has_no_schedule_and_has_documentation(file: Path):
    (decorator,) = functions(file)[0].decorator_list
    assert isinstance(decorator, ast.Call)
    said = {word.arg: ast.unparse(word.value) for word in decorator.keywords}
    assert (said["schedule"], said["doc_md"], "'example'" in said["tags"]) == (
        *("None", "__doc__"),
        True,
    )


def test_no_dag_makes_the_dag_processor_keep_the_kubernetes_provider(file: Path):
    # It preloads the airflow.* imports at the top of a Dag file: some 70 MiB here.
    top = [ast.unparse(node) for node in ast.parse(file.read_text()).body]
    assert not [line for line in top if "airflow.providers.cncf" in line.splitlines()[0]]


def test_the_readme_lists_all_dags():
    listed = re.findall(r"^\| `(\w+)`", (DAGS / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [path.stem for path in FILES]


def test_files_without_a_dag_are_ignored():
    others = [path.name for path in DAGS.glob("*.py") if not functions(path)]
    assert others
    assert set(others) <= set(IGNORED)


def test_links_of_a_config_map_volume_are_not_followed():
    assert "..*" in IGNORED
