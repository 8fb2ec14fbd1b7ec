"""Templates are short, prefixed, documented, and independent of their order."""

import json
import re
from pathlib import Path

import pytest
import yaml

from scripts.paths import CHART
from scripts.releases.render import helm_template
from tests.chart.copies import copy_chart
from tests.conftest import EVERYTHING_ON
from tests.rendered import Manifests

TEMPLATES = sorted(path for path in (CHART / "templates").rglob("*") if path.is_file())
COMPONENT_FILES = [path for path in TEMPLATES if 'include "airflow.component"' in path.read_text()]
# A named template ends with the `end` before an empty line, or at the end of the file.
DEFINE = re.compile(
    r'^{{-? define "(.+?)" -?}}\n(.*?)^{{-? end -?}}\n(?=\n|\Z)', re.MULTILINE | re.DOTALL
)


def defines() -> dict[str, str]:
    """Every named template and its text."""
    return {name: text for path in TEMPLATES for name, text in DEFINE.findall(path.read_text())}


def components() -> dict[str, dict]:
    """The rows of files/components.yaml."""
    return yaml.safe_load((CHART / "files" / "components.yaml").read_text())


def test_no_named_template_is_longer_than_60_lines():
    lengths = {name: len(text.splitlines()) for name, text in defines().items()}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > 60} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_line_is_longer_than_120_columns(path: Path):
    assert [line for line in path.read_text().splitlines() if len(line) > 120] == []


def test_named_templates_have_the_prefix_of_the_chart():
    # They are global: a parent chart may have its own.
    assert [name for name in defines() if not name.startswith("airflow.")] == []


def test_every_named_template_is_used():
    text = "".join(path.read_text() for path in TEMPLATES)
    # Parts of a component are included by its name.
    named = set()
    for name, row in components().items():
        named |= {f"airflow.{name}.facts"} if row["kind"] != "LaunchedPod" else set()
        named |= {f"airflow.{name}.notes"} if "notes" in row else set()
        named |= {f"airflow.refusals.{name}"} if "refusals" in row else set()
    # Templates in the rows of secrets include others, too.
    text += (CHART / "files" / "secrets.yaml").read_text()
    # Besides its definition: in an include, or as the name of what `airflow.once` makes.
    unused = [name for name in defines() if text.count(f'"{name}"') < 2]
    assert set(unused) <= named <= set(defines())


@pytest.mark.parametrize("path", COMPONENT_FILES, ids=lambda path: path.stem)
def test_the_file_of_a_component_is_short(path: Path):
    assert len(path.read_text().splitlines()) <= 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_begins_with_a_comment_on_its_purpose(path: Path):
    if path.name == "NOTES.txt":
        return
    assert path.read_text().startswith("{{- /* ")


def test_a_component_of_airflow_that_reads_the_url_of_the_database_may_connect_by_a_token():
    rows = components()
    secrets = yaml.safe_load((CHART / "files" / "secrets.yaml").read_text())
    [metadata] = [secret for secret in secrets if secret["name"] == "metadata"]
    # Terraform makes no roles for Celery's workers.
    readers = {name for name in metadata["readers"] if name in rows} - {"celery-worker"}
    assert readers
    assert {name for name in readers if "connect" not in rows[name].get("cloud", [])} == set()


def test_a_component_with_a_role_of_the_cloud_may_reach_what_gives_it_credentials():
    rows = {name: row for name, row in components().items() if "cloud" in row}
    assert rows
    assert {name for name, row in rows.items() if "cloudIdentity" not in row["calls"]} == set()


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.suffix == ".yaml"], ids=lambda path: path.name
)
def test_a_template_renders_the_same_without_the_others(
    everything_on: Manifests, tmp_path: Path, path: Path
):
    # Shared data must not depend on the order in which Helm renders the templates. Helm parses
    # named templates first, so those of the other files stay.
    chart = copy_chart(tmp_path, {})
    for other in (chart / "templates").glob("*.yaml"):
        if other.name != path.name:
            other.write_text("".join(found[0] for found in DEFINE.finditer(other.read_text())))
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    alone = helm_template(values=values, chart=chart)
    assert documents(alone, path) == documents(everything_on.text, path)


def documents(text: str, path: Path) -> list[str]:
    """The documents of a render that a template made."""
    source = f"# Source: airflow/templates/{path.name}\n"
    return [one for one in text.split("---\n") if one.startswith(source)]


@pytest.mark.parametrize("word", ["lookup", "rand", "now", "genCA", "genSignedCert", "uuidv4"])
def test_nothing_is_random_or_looked_up(word: str):
    calls = re.compile(rf"{{{{[^}}]*\b{word}\w*\b *[\"(.$}}]")
    found = [path.name for path in TEMPLATES if calls.search(_code(path))]
    assert found == []


def _code(path: Path) -> str:
    return re.sub(r"{{-? */\*.*?\*/ *-?}}", "", path.read_text(), flags=re.DOTALL)


def test_no_template_changes_the_values(tmp_path: Path):
    # Helm renders one of these before all others, and one after them.
    show = "kind: ConfigMap\nmetadata: {name: %s}\ndata: {values: {{ toJson .Values | quote }}}\n"
    shown = {f"templates/{name}.yaml": show % name for name in ("aaa", "zzz")}
    values = yaml.safe_load(EVERYTHING_ON.read_text())
    manifests = Manifests(helm_template(values=values, chart=copy_chart(tmp_path, shown)))
    before, after = (
        json.loads(manifests.find("ConfigMap", name)["data"]["values"]) for name in ("aaa", "zzz")
    )
    # The chart evaluates a value with a template in it, and leaves the others as they are.
    shown = [(key, before[key], after[key]) for key in before]
    plain = {key for key, *both in shown if "{{" not in json.dumps(both)}
    assert plain
    assert {key: before[key] for key in plain} == {key: after[key] for key in plain}


def test_no_rendered_line_has_spaces_at_its_end(everything_on: Manifests):
    # kubectl and `helm diff` show a ConfigMap with such a line as one escaped string.
    lines = [line for line in everything_on.text.splitlines() if line.strip() and line[-1] == " "]
    assert lines == []
    texts = [text for one in everything_on.of("ConfigMap") for text in one["data"].values()]
    assert texts
    assert [line for text in texts for line in text.splitlines() if line.endswith(" ")] == []
