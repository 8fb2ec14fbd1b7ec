"""docs/launching.md: each of its examples of values renders."""

import re

import pytest
import yaml

from scripts.paths import ROOT
from tests.conftest import Render

PAGE = (ROOT / "docs" / "launching.md").read_text()
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)]


def test_the_page_has_an_example_of_each_option():
    assert {"everyTask", "sparkApplications", "rules"} <= {
        key for one in EXAMPLES for key in one["tasks"].get("podLauncher", {})
    }
    assert any(one.get("allowJobLaunching") for one in EXAMPLES)


@pytest.mark.parametrize("values", EXAMPLES, ids=lambda values: ", ".join(values))
def test_an_example_renders(render: Render, values: dict):
    assert render(values).objects


def test_the_binding_for_a_third_namespace_names_what_the_chart_creates(render: Render):
    values = next(one for one in EXAMPLES if one.get("multiNamespaceMode"))
    manifests = render(values)
    binding = manifests.find("RoleBinding", "launch-from-flows")
    roles = {
        (one["metadata"]["namespace"], one["metadata"]["name"]) for one in manifests.of("Role")
    }
    accounts = {
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in manifests.of("ServiceAccount")
    }
    (subject,) = binding["subjects"]
    assert (binding["metadata"]["namespace"], binding["roleRef"]["name"]) in roles
    assert (subject["namespace"], subject["name"]) in accounts
