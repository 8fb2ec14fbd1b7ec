"""The objects of the chart: shapes that API servers evaluate safely and at little cost."""

import re
from typing import Any

import pytest
import yaml

from scripts.admission.table import read
from scripts.paths import ADMISSION_CHART
from tests.admission.conftest import POLICY, VALUES, Admit
from tests.admission.expressions import Rules
from tests.admission.test_refusals import over
from tests.rendered import Manifests

MUTATING = "MutatingAdmissionPolicy"
# A text in an expression: with it, words of the table are not taken for words of the language.
TEXT = re.compile(r"""r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*'|//[^\n]*""")
LABELS = ("example.com/team", "example.com/cost-center", "example.com/class")
SPARK = {"classes": {"spark": VALUES["classes"]["spark"]}, "teams": {}}


@pytest.fixture(scope="module")
def policies(admit: Admit) -> list[dict[str, Any]]:
    found = admit().of(MUTATING)
    assert found
    return found


def expressions(policy: dict[str, Any]) -> list[str]:
    """The expressions of a policy, without their texts and comments."""
    spec = policy["spec"]
    written = [row["expression"] for row in spec["variables"]]
    written += [one["jsonPatch"]["expression"] for one in spec["mutations"]]
    return [TEXT.sub('""', one) for one in written]


def holds_typed_values(expression: str) -> bool:
    """Whether an expression makes values of the type Object.

    API servers 1.36.0 to 1.36.4 panic when the value of a patch is a list or a map of them.
    """
    return re.search(r"\bObject\b", expression) is not None


def test_no_patch_holds_typed_values(policies: list[dict[str, Any]]):
    found = [one for policy in policies for one in expressions(policy)]
    assert any("JSONPatch{" in one for one in found)
    assert [one for one in found if holds_typed_values(one)] == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[JSONPatch{op: 'add', value: [Object.spec.tolerations{key: 'a'}]}]", True),
        ("[JSONPatch{op: 'add', value: {'a': Object{}}}]", True),
        ("[JSONPatch{op: 'add', value: 'Object{}'}] // Object", False),
    ],
)
def test_typed_values_are_found(expression: str, expected: bool):
    assert holds_typed_values(TEXT.sub('""', expression)) is expected


def test_each_class_has_one_policy_with_one_mutation(policies: list[dict[str, Any]]):
    selectors = [one["spec"]["matchConstraints"]["objectSelector"] for one in policies]
    classes = [{"matchLabels": {"workload-class": name}} for name in sorted(VALUES["classes"])]
    assert selectors == classes
    assert {len(one["spec"]["mutations"]) for one in policies} == {1}


def test_policies_fail_closed_and_run_once(policies: list[dict[str, Any]]):
    assert {one["spec"]["failurePolicy"] for one in policies} == {"Fail"}
    assert {one["spec"]["reinvocationPolicy"] for one in policies} == {"Never"}


def test_pods_are_changed_at_their_creation_only(policies: list[dict[str, Any]]):
    rules = [one["spec"]["matchConstraints"]["resourceRules"] for one in policies]
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    assert rules == [[{**pods, "operations": ["CREATE"]}]] * len(policies)


def test_filters_are_selectors(admit: Admit):
    for policy in admit().of(MUTATING, POLICY):
        constraints = policy["spec"]["matchConstraints"]
        label = {"admission.airflow-on-kubernetes/release": "platform.admission"}
        assert constraints["namespaceSelector"] == {"matchLabels": label}
        assert "matchConditions" not in policy["spec"]


def test_one_policy_has_all_rules(admit: Admit):
    assert len(admit().of(POLICY)) == len(admit().of(f"{POLICY}Binding")) == 1


@pytest.mark.parametrize(
    ("mode", "actions"), [("enforce", ["Deny", "Audit"]), ("audit", ["Warn", "Audit"])]
)
def test_the_mode_decides_about_refusals(mode: str, actions: list[str], admit: Admit):
    binding = admit({**VALUES, "mode": mode}).find(f"{POLICY}Binding", "platform.admission")
    assert binding["spec"]["validationActions"] == actions


def test_names_of_labels_are_values(admit: Admit):
    labels = dict(zip(("team", "costCenter", "class"), LABELS, strict=True))
    found = admit({**VALUES, "labels": labels})
    selector = found.of(MUTATING)[0]["spec"]["matchConstraints"]["objectSelector"]
    rules = Rules(found.find(POLICY, "platform.admission"))
    assert selector == {"matchLabels": {LABELS[2]: "gpu"}}
    assert rules.table()["labels"] == labels


def test_two_releases_share_no_object_and_no_namespace(admit: Admit):
    one, other = admit(), admit(namespace="other")
    assert not {*keys(one)} & {*keys(other)}
    assert not {*selectors(one)} & {*selectors(other)}


def keys(found: Manifests) -> list[tuple[str, str]]:
    return [(one["kind"], one["metadata"]["name"]) for one in found.objects]


def selectors(found: Manifests) -> list[str]:
    policies = found.of(MUTATING, POLICY)
    return [str(one["spec"]["matchConstraints"]["namespaceSelector"]) for one in policies]


def test_a_change_of_the_table_changes_the_hash_and_no_name(admit: Admit):
    changed = admit(over(VALUES, {"teams": {"payments": {"costCenters": ["4713"]}}}))
    assert keys(changed) == keys(admit())
    assert not hashes(changed) & hashes(admit())


def hashes(found: Manifests) -> set[str]:
    key = "admission.airflow-on-kubernetes/table"
    return {one["metadata"]["annotations"][key] for one in found.objects}


def test_the_table_of_the_chart_is_that_of_the_functions(rules: Rules):
    table = read(VALUES)
    found = rules.table()
    assert found["teamOf"] == table.team_of
    assert found["contact"] == table.contact
    assert {name: one["demands"] for name, one in found["classes"].items()} == {
        name: one.demands for name, one in table.classes.items()
    }
    assert {name: one["preferred"] for name, one in found["classes"].items()} == {
        name: one.preferred for name, one in table.classes.items()
    }


@pytest.mark.parametrize("text", ["' + x + '", '"', "\\", "a\\'b", "${x}", "{{ .Values }}"])
def test_texts_stay_texts_in_expressions(text: str, admit: Admit):
    annotations = {"classes": {"spark": {"annotations": {"example.com/note": text}}}}
    rules = Rules(admit(over(VALUES, annotations)).find(POLICY, "platform.admission"))
    assert rules.table()["classes"]["spark"]["annotations"] == {
        "example.com/scratch": "yes",
        "example.com/note": text,
    }


def test_the_permission_of_a_class_is_granted_to_its_teams(admit: Admit):
    binding = admit().find("ClusterRoleBinding", "platform.admission.use-spark")
    accounts = {(one["kind"], one["name"], one.get("namespace")) for one in binding["subjects"]}
    assert accounts == {
        ("Group", "system:serviceaccounts:payments", None),
        ("Group", "system:serviceaccounts:payments-tasks", None),
        ("ServiceAccount", "spark-driver", "finance"),
    }


def test_without_permissions_there_are_no_roles(admit: Admit):
    found = admit({**VALUES, "permissions": {"enabled": False}})
    assert found.of("ClusterRole", "ClusterRoleBinding") == []


def test_every_value_has_an_effect(admit: Admit):
    """A default that no template reads would be a promise without an effect."""
    values = yaml.safe_load((ADMISSION_CHART / "values.yaml").read_text())
    changed = {
        "classes": SPARK["classes"],
        "teams": {"a": {"namespaces": ["a"], "costCenters": ["a"]}},
        "mode": "audit",
        "contact": "https://example.test",
        "labels": {"class": "example.test/class"},
        "requiredLabels": {"team": False},
        "namespaceLabel": {"value": "other"},
        "exempt": {"users": ["other"]},
        "permissions": {"group": "example.test"},
        "engine": "webhook",
        "webhook": {"replicas": 3},
    }
    assert values.keys() == changed.keys()
    image = {"image": {"repository": "example.test/admission", "tag": "1"}}
    start = {**SPARK, "webhook": image}
    # The webhook's values are those of the other engine.
    same = [
        key
        for key, value in changed.items()
        for engine in [{"engine": "webhook"} if key == "webhook" else {}]
        if str(admit(over(over(start, engine), {key: value})).objects)
        == str(admit({**start, **engine}).objects)
    ]
    assert same == ["classes"]
