"""Values files of users of the official chart render as they are, or say what to do key by key."""

from pathlib import Path
from typing import Any

import pytest
import yaml

FILES = sorted(Path(__file__).with_name("official_files").glob("*.yaml"))
# Values that change something in the official chart, and the key by which the refusal names each.
ASKING: dict[str, dict[str, Any]] = {
    "webserver.replicas": {"webserver": {"replicas": 2}},
    "webserver.service.type": {"webserver": {"service": {"type": "NodePort"}}},
    "webserver.webserverConfig": {"webserver": {"webserverConfig": "a = 1"}},
    "webserver.defaultUser.password": {"webserver": {"defaultUser": {"password": "b"}}},
    "webserverSecretKey": {"webserverSecretKey": "a"},
    "webserverSecretKeySecretName": {"webserverSecretKeySecretName": "a"},
    "ingress.enabled": {"ingress": {"enabled": True}},
    "ingress.web.enabled": {"ingress": {"web": {"enabled": True}}},
    "ports.airflowUI": {"ports": {"airflowUI": 80}},
    "executor": {"executor": "CeleryKubernetesExecutor"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_values_file_of_a_user_of_the_official_chart_renders(taken, path: Path):
    assert "scheduler" in {pod.component for pod in taken(yaml.safe_load(path.read_text())).pods()}


@pytest.mark.parametrize("key", ASKING)
def test_a_value_that_has_no_effect_here_is_refused_in_one_sentence(refusal, key: str):
    sentences = refusal(ASKING[key]).splitlines()
    assert [sentence.split()[0] for sentence in sentences] == [key]
