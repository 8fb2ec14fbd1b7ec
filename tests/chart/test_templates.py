"""Templates that a person can read: short, prefixed, and saying first why they exist."""

import re
from pathlib import Path

import pytest
import yaml

from scripts.paths import CHART

TEMPLATES = sorted(path for path in (CHART / "templates").rglob("*") if path.is_file())
COMPONENT_FILES = [path for path in TEMPLATES if 'include "airflow.component"' in path.read_text()]
DEFINE = re.compile(r'^{{-? define "(.+?)" -?}}\n(.*?)^{{-? end -?}}$', re.MULTILINE | re.DOTALL)


def defines() -> dict[str, str]:
    """Every named template and its text."""
    return {name: text for path in TEMPLATES for name, text in DEFINE.findall(path.read_text())}


def components() -> dict[str, dict]:
    """The rows of files/components.yaml."""
    return yaml.safe_load((CHART / "files" / "components.yaml").read_text())


def test_no_named_template_is_longer_than_80_lines():
    lengths = {name: len(text.splitlines()) for name, text in defines().items()}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > 80} == {}


def test_named_templates_bear_the_name_of_the_chart():
    # They are global: a parent chart may have its own.
    assert [name for name in defines() if not name.startswith("airflow.")] == []


def test_every_named_template_is_used():
    text = "".join(path.read_text() for path in TEMPLATES)
    # The kinds of objects are included by their kind, refusals of a component by its name.
    named = {"airflow.deployment", "airflow.statefulset", "airflow.job"}
    named |= {f"airflow.refusals.{name}" for name, row in components().items() if "refusals" in row}
    unused = [name for name in defines() if f'include "{name}"' not in text]
    assert set(unused) == named


@pytest.mark.parametrize("path", COMPONENT_FILES, ids=lambda path: path.stem)
def test_the_file_of_a_component_is_short(path: Path):
    assert len(path.read_text().splitlines()) <= 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_file_says_first_why_it_exists(path: Path):
    if path.name == "NOTES.txt":
        return
    assert path.read_text().startswith("{{- /* ")


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.suffix == ".yaml"], ids=lambda path: path.name
)
def test_every_file_prepares_first_what_all_need(path: Path):
    # Helm renders them in no order.
    assert path.read_text().splitlines()[1] == '{{- $_ := include "airflow.prepare" $ }}'


@pytest.mark.parametrize("word", ["lookup", "rand", "now", "genCA", "genSignedCert", "uuidv4"])
def test_nothing_is_random_or_looked_up(word: str):
    calls = re.compile(rf"{{{{[^}}]*\b{word}\w*\b *[\"(.$}}]")
    found = [path.name for path in TEMPLATES if calls.search(_code(path))]
    assert found == []


def _code(path: Path) -> str:
    return re.sub(r"{{-? */\*.*?\*/ *-?}}", "", path.read_text(), flags=re.DOTALL)


def test_nobody_writes_into_the_values():
    writes = re.compile(r"set (\$|\.|\$root\.|\.root\.)?[Vv]alues\b|set \$values\b")
    assert [path.name for path in TEMPLATES if writes.search(_code(path))] == []
