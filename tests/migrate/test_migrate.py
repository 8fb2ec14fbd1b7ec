"""Translated files of the official chart: each value is reported, and the chart accepts them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from scripts.cli import app
from scripts.errors import Refusal
from scripts.migrate import Migration, migrate
from scripts.migrate.report import facts_of
from scripts.releases.checks import dotted, value_at
from scripts.releases.render import helm_template
from scripts.yaml_files import read

HERE = Path(__file__).parent
FILES = sorted((HERE / "files").glob("*.yaml"))
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text())


def of(file: Path) -> Migration:
    return migrate(file)


def leaves(data: Any, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of everything in values that is not a map with keys."""
    if not isinstance(data, dict) or not data:
        return [above]
    return [leaf for key, value in data.items() for leaf in leaves(value, (*above, str(key)))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestEachFile:
    def test_each_value_is_in_the_report_exactly_once(self, file: Path):
        reported = [one.path for one in of(file).decisions if one.stated]
        covering = {
            leaf: [path for path in reported if leaf[: len(path)] == path]
            for leaf in leaves(read(file).data)
        }
        assert {dotted(leaf): paths for leaf, paths in covering.items() if len(paths) != 1} == {}
        assert len(reported) == len(set(reported))

    def test_the_result_has_what_the_report_says(self, file: Path):
        migration = of(file)
        data = yaml.safe_load(migration.text)
        wrong = [
            one.key
            for one in migration.decisions
            if one.new
            and one.status in ("kept", "renamed", "added")
            # TLS is in the items of the hosts.
            and one.path[-2:-1] != ("tls",)
            and not holds(value_at(data, one.new), one.value)
        ]
        assert wrong == []
        kept = {one.path for one in migration.decisions if one.status in ("kept", "added")}
        kept |= {one.new for one in migration.decisions if one.status == "renamed"}
        others = [leaf for leaf in leaves(data) if not any(leaf[: len(p)] == p for p in kept)]
        assert others == []

    def test_only_expected_values_are_left_to_do(self, file: Path):
        to_do = {one.key for one in of(file).to_do}
        expected = {*EXPECTED["missing"], *EXPECTED["decisions"].get(file.stem, ())}
        assert to_do - expected == set()
        assert set(EXPECTED["decisions"].get(file.stem, ())) - to_do == set()

    def test_the_chart_accepts_the_result(self, file: Path):
        try:
            assert helm_template(values=yaml.safe_load(of(file).text))
        except Refusal as refusal:
            others = [
                sentence
                for sentence in str(refusal).splitlines()
                if not sentence.startswith(tuple(EXPECTED["refused"]))
            ]
            assert others == []

    def test_a_translated_file_stays_as_it_is(self, file: Path, tmp_path: Path):
        once = tmp_path / "values.yaml"
        once.write_text(of(file).text)
        again = of(once)
        assert again.text == once.read_text()
        assert {one.status for one in again.decisions} <= {"kept", "to do"}

    def test_comments_of_values_that_stay_are_kept(self, file: Path):
        migration, lines = of(file), file.read_text().splitlines()
        gone = {migration.line(one) for one in migration.decisions if one.new is None}
        wanted = [
            line.strip()
            for number, line in enumerate(lines, 1)
            if line.strip().startswith("# ") and number + 1 not in gone
        ]
        assert [line for line in wanted if line not in migration.text] == []


def holds(found: Any, value: Any) -> bool:
    """Return whether values have a value; hosts may have got TLS later."""
    if isinstance(value, list) and isinstance(found, list) and found != value:
        names = [one["name"] if isinstance(one, dict) else one for one in value]
        return [one["name"] for one in found] == names
    return found == value


STYLES = {
    "blocks": {"default_flow_style": False, "indent": 4},
    "one line": {"default_flow_style": True, "width": 10_000},
    "lines of maps": {"default_flow_style": None, "width": 60},
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("style", STYLES)
def test_the_style_of_a_file_does_not_matter(file: Path, style: str, tmp_path: Path):
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(read(file).data, sort_keys=False, **STYLES[style]))
    assert yaml.safe_load(migrate(other).text) == yaml.safe_load(migrate(file).text)


def test_expected_values_are_still_missing():
    to_do = {one.key for file in FILES for one in of(file).to_do}
    assert set(EXPECTED["missing"]) - to_do == set()
    sentences = []
    for file in FILES:
        try:
            helm_template(values=yaml.safe_load(of(file).text))
        except Refusal as refusal:
            sentences += str(refusal).splitlines()
    assert [
        one for one in EXPECTED["refused"] if not any(s.startswith(one) for s in sentences)
    ] == []


INPUT = """\
# Example Ltd.

# The interface
webserver:
    # two pods
    replicas: 2   # at least
    resources:
        limits: {memory: 2Gi}
executor: KubernetesExecutor  # no workers
# not needed
redis: {persistence: {size: 1Gi}, enabled: false}
data:
    metadataSecretName: database
    # resultBackendSecretName: x
ingress: {web: {enabled: true, host: a.example.com, tls: {enabled: true, secretName: tls}}}
statsd: {enabled: false}
postgresql: {enabled: false}
scheduler: {logGroomerSidecar: {enabled: false}}
dagProcessor: {logGroomerSidecar: {enabled: false}}
triggerer: {persistence: {enabled: false}, logGroomerSidecar: {enabled: false}}
networkPolicies: {enabled: false}
allowPodLaunching: false
defaultAirflowTag: 3.0.2
# the end
"""
OUTPUT = """\
# Example Ltd.

# The interface
apiServer:
  # two pods
  replicas: 2   # at least
  resources:
      limits: {memory: 2Gi}
executor: KubernetesExecutor  # no workers
# not needed
redis: {persistence: {size: 1Gi}, enabled: false}
data:
    metadataSecretName: database
    # resultBackendSecretName: x
ingress:
  apiServer:
    enabled: true
    hosts:
    - name: a.example.com
      tls:
        enabled: true
        secretName: tls
statsd: {enabled: false}
postgresql: {enabled: false}
scheduler: {logGroomerSidecar: {enabled: false}}
dagProcessor: {logGroomerSidecar: {enabled: false}}
triggerer: {persistence: {enabled: false}, logGroomerSidecar: {enabled: false}}
networkPolicies: {enabled: false}
allowPodLaunching: false
defaultAirflowTag: 3.0.2
# the end
"""


@pytest.fixture
def file(tmp_path: Path):
    """A values file with a text."""

    def act(text: str) -> Path:
        path = tmp_path / "old.yaml"
        path.write_text(text)
        return path

    return act


def statuses(migration: Migration) -> dict[str, str]:
    return {one.key: one.status for one in migration.decisions}


def test_order_and_comments_stay_and_only_what_moves_is_written_anew(file):
    assert migrate(file(INPUT)).text == OUTPUT


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1", "old.yaml:2: not valid YAML: did not find expected ',' or ']'."),
        ("- executor", "old.yaml must be a map (`key: value` lines)."),
        ("a: 1\n---\nb: 1", "old.yaml contains 2 YAML documents; it must contain one."),
        ("redis: true", "old.yaml:1: `redis` must be a map (`key: value` lines)."),
        (
            "redis:\n  enabled: false\n  persistence:\n    sise: 1Gi",
            "old.yaml:4: unknown value `redis.persistence.sise`; did you mean `size`?",
        ),
        (
            "workers:\n  celery:\n    sets:\n      - name: a\n        replica: 2",
            "old.yaml:5: unknown value `workers.celery.sets.0.replica`; did you mean `replicas`?",
        ),
        ("exekutor: x", "old.yaml:1: unknown value `exekutor`; did you mean `executor`?"),
        ("executor: a\nexecutor: b", "old.yaml:2: the key `executor` occurs twice: remove one"),
        (
            "config:\n  core:\n    on: x",
            "old.yaml:2: the key `config.core.True` is not a text: quote it.",
        ),
        ("a: &a\n  b: *a", "old.yaml: an alias (`*name`) stands within its own anchor."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(file, text: str, sentence: str):
    path = file(text)
    with pytest.raises(Refusal) as refused:
        migrate(path)
    assert sentence in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_that_is_not_text_is_refused(tmp_path: Path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, binary):
        with pytest.raises(Refusal, match="is not a text file: give a values file in YAML"):
            migrate(path)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(Refusal, match=r"none\.yaml is missing: create it"):
        migrate(tmp_path / "none.yaml")


def test_every_unknown_value_has_its_sentence(file):
    with pytest.raises(Refusal) as refused:
        migrate(file("a: 1\nredis: {b: 1}\nconfig: {core: 1}"))
    assert [line.rpartition("old.yaml")[2][:3] for line in str(refused.value).splitlines()] == [
        ":1:",
        ":2:",
        ":3:",
    ]


def test_defaults_on_which_a_running_release_depends_are_written_out(file):
    text = (
        "data: {metadataConnection: {host: db.example.com}}\nlogs: {persistence: {enabled: true}}"
    )
    migration = migrate(file(text))
    data = yaml.safe_load(migration.text)
    assert data["executor"] == "CeleryExecutor"
    assert data["networkPolicies"] == {"enabled": False}
    assert data["logs"]["persistence"] == {"enabled": True, "size": "100Gi"}
    assert data["data"]["metadataConnection"] == {
        "host": "db.example.com",
        "db": "postgres",
        "pass": "postgres",
        "sslmode": "disable",
        "user": "postgres",
    }
    assert "createUserJob" not in data


def test_defaults_of_what_a_release_does_not_use_are_not_written_out(file):
    text = "executor: KubernetesExecutor\ndata: {metadataSecretName: a}\n"
    data = yaml.safe_load(migrate(file(text)).text)
    assert data["data"] == {"metadataSecretName": "a"}
    assert data["postgresql"] == {"enabled": False}
    assert data.keys() & {"redis", "workers", "logs", "dags"} == set()


def test_an_empty_file_is_the_official_chart_with_its_defaults(file):
    found = statuses(migrate(file("{}")))
    assert found["executor"] == "added"
    assert found["postgresql.enabled"] == found["defaultAirflowTag"] == "to do"


def test_the_bundled_database_is_never_taken_over(file):
    for text in ("{}", "postgresql: {enabled: true}"):
        migration = migrate(file(text))
        assert statuses(migration)["postgresql.enabled"] == "to do"
        assert "postgresql" not in (yaml.safe_load(migration.text) or {})


def test_a_bundled_database_that_is_not_used_is_off(file):
    for text in ("", "postgresql: {enabled: true}\n"):
        migration = migrate(file(f"{text}data: {{metadataSecretName: database}}"))
        assert statuses(migration)["postgresql.enabled"] == "added"
        assert yaml.safe_load(migration.text)["postgresql"] == {"enabled": False}


def test_of_an_old_and_a_new_name_the_new_one_counts(file):
    text = "webserver: {replicas: 3}\napiServer: {replicas: 2}"
    migration = migrate(file(text))
    assert statuses(migration)["webserver.replicas"] == "dropped"
    assert yaml.safe_load(migration.text)["apiServer"] == {"replicas": 2}


@pytest.mark.parametrize(
    "text",
    [
        "x-a: &a {webserver: {replicas: 2}}\n<<: *a\n",
        "webserver: {<<: {replicas: 2}}\n",
        "webserver:\n  <<: [{replicas: 3}, {replicas: 4}]\n  replicas: 2\n",
        "# a\n\n---\n# b\nwebserver: {replicas: 2}\nscheduler: {replicas: 2}\n",
        "? webserver\n: {replicas: 2}\n",
        "'webserver' : {'replicas' : 2}",
        "webserver:\n  replicas:\n    2\n",
    ],
)
def test_every_notation_of_yaml_is_understood(file, text: str):
    assert yaml.safe_load(migrate(file(text)).text)["apiServer"] == {"replicas": 2}


def test_a_value_moves_into_a_map_that_is_empty(file):
    text = "apiServer: {podDisruptionBudget: {config: {}}}\n"
    text += "webserver:\n  podDisruptionBudget:\n    config:\n      maxUnavailable: 2\n"
    new = yaml.safe_load(migrate(file(text)).text)["apiServer"]["podDisruptionBudget"]
    assert new == {"config": {"maxUnavailable": 2}}


def test_computed_defaults_of_the_official_chart_are_dropped(file):
    core = "dags_folder: '{{ include \"airflow_dags\" . }}FURTHER'"
    for further, status in (("", "dropped"), ("/flows", "kept")):
        text = f"config: {{core: {{{core.replace('FURTHER', further)}}}}}"
        assert statuses(migrate(file(text)))["config.core.dags_folder"] == status


def test_a_text_in_lines_moves_as_it_is(file):
    lines = "          a:\n\n            # b\n          c\n    # d\n"
    text = f"webserver:\n    webserverConfig: |-\n{lines}"
    new = yaml.safe_load(migrate(file(text)).text)["apiServer"]["apiServerConfig"]
    assert new == "a:\n\n  # b\nc"


def test_values_below_an_anchor_are_written_where_they_are_used(file):
    migration = migrate(file("x-a: &a {limits: {memory: 1Gi}}\nwebserver: {resources: *a}"))
    data = yaml.safe_load(migration.text)
    assert data["apiServer"]["resources"] == data["x-a"] == {"limits": {"memory": "1Gi"}}
    assert statuses(migration)["x-a"] == "kept"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["migrate-values", *arguments])


def test_the_command_prints_values_and_exits_with_1_while_something_is_left(file):
    done = run(str(file(INPUT.replace("defaultAirflowTag: 3.0.2", ""))), "--no-render")
    assert done.exit_code == 1
    assert done.stdout.startswith("# Example Ltd.\n")
    assert "defaultAirflowTag" not in done.stdout
    assert "defaultAirflowTag: set it to the version that runs" in done.stderr


def test_the_command_writes_a_file_and_the_report_as_json(file, tmp_path: Path):
    output = tmp_path / "new.yaml"
    done = run(str(file(INPUT)), "--json", "--output", str(output))
    assert output.read_text() == OUTPUT
    facts = json.loads(done.stdout)["report"]
    assert {
        "key": "webserver.replicas",
        "line": 6,
        "status": "renamed",
        "to": "apiServer.replicas",
        "reason": "",
    } in facts
    assert facts == facts_of(migrate(file(INPUT)))


def test_a_file_that_cannot_be_written_is_refused(file, tmp_path: Path):
    done = run(str(file(INPUT)), "--no-render", "--output", str(tmp_path))
    assert str(done.exception) == f"{tmp_path} cannot be written: Is a directory."


def test_what_the_chart_refuses_is_left_to_do(file):
    done = run(str(file(INPUT.replace("replicas: 2", "replicas: two"))), "--json")
    facts = {fact["key"]: fact for fact in json.loads(done.stdout)["report"]}
    assert facts["webserver.replicas"]["status"] == "to do"
    assert (
        facts["webserver.replicas"]["reason"] == "`apiServer.replicas` must be integer, not string"
    )
