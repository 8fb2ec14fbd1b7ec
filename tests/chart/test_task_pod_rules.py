"""The rules of task pods have the messages that the cluster tests expect.

A changed message would otherwise be found only on a cluster.
"""

import yaml

from scripts.paths import CHART
from tests.cluster.refusals import OF_THE_POLICY

RULES = yaml.safe_load((CHART / "files" / "task_pod_rules.yaml").read_text())


def test_every_rule_has_an_expected_message():
    messages = [rule.get("message") or rule["messageExpression"] for rule in RULES]
    assert messages
    assert [one for one in messages if not any(known in one for known in OF_THE_POLICY)] == []
    assert [known for known in OF_THE_POLICY if not any(known in one for one in messages)] == []
