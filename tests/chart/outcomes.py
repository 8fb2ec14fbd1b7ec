"""Outcomes of values: manifests, sentences of a refusal, errors of the schema, or a fault.

A fault is an outcome that does not help: a stack of Go's templates, or manifests that are not YAML.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import CHART
from scripts.releases.render import KUBE_VERSION, run_template
from tests.rendered import Manifests

# Texts of Go's templates, of its YAML and of a program that panics.
STACK = re.compile(
    r"error calling|nil pointer|can't evaluate|wrong type for value|incompatible types|YAML parse"
    r"|executing \"|error converting|panic:|goroutine|not defined|range can't iterate|wrong number"
)
SCHEMA = "values don't meet the specifications of the schema"
REFUSAL = re.compile(r"(?s)Error: execution error at \(\S+/templates/\S+\): (.+)")
HINT = "\n\nUse --debug flag to render out invalid YAML"
MOST_SENTENCES = 60
LONGEST_SENTENCE = 500


@dataclass(frozen=True)
class Outcome:
    """The end of a run of `helm template`."""

    code: int
    stdout: str
    stderr: str

    @cached_property
    def error(self) -> str:
        """Helm's error, without the warnings before it."""
        return self.stderr[self.stderr.rfind("\nError: ") + 1 :].strip().removesuffix(HINT)

    @property
    def is_schema_error(self) -> bool:
        return self.code != 0 and SCHEMA in self.error

    @property
    def sentences(self) -> list[str]:
        """The sentences of a refusal; none when the values render."""
        found = REFUSAL.fullmatch(self.error) if self.code else None
        return found[1].splitlines() if found else []

    @property
    def manifests(self) -> Manifests:
        assert self.code == 0, f"the chart must accept these values: {self.error}"
        return Manifests(self.stdout)

    @property
    def fault(self) -> str:
        """The reason why it is a fault; empty for manifests, sentences and schema errors."""
        if self.code == 0:
            return _fault_of_manifests(self.stdout)
        if self.is_schema_error:
            return ""
        if not self.sentences or STACK.search(self.error):
            return self.error or f"no message: {self.stderr}"
        longest = max(map(len, self.sentences))
        too_much = len(self.sentences) > MOST_SENTENCES or longest > LONGEST_SENTENCE
        return f"too long: {self.error}" if too_much else ""

    def refuses(self, *texts: str) -> bool:
        """Return whether one of the sentences has all of these texts."""
        return any(all(text in sentence for text in texts) for sentence in self.sentences)


def outcome(values: Mapping[str, Any] | None, chart: Path = CHART) -> Outcome:
    """Render values with the chart, and return how that ends; the same input is rendered once."""
    return _outcome(json.dumps(values), chart)


@lru_cache(maxsize=256)
def _outcome(values: str, chart: Path) -> Outcome:
    options = ["--namespace=airflow", f"--kube-version={KUBE_VERSION}"]
    done = run_template(json.loads(values), name="airflow", chart=chart, options=options)
    return Outcome(done.returncode, done.stdout, done.stderr)


def _fault_of_manifests(text: str) -> str:
    if "<no value>" in text:
        return "a manifest contains <no value>"
    try:
        found = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one is not None]
    except yaml.YAMLError as error:
        return f"a manifest is invalid YAML: {error}"
    odd = [one for one in found if not (isinstance(one, dict) and one.get("kind"))]
    return f"a manifest has no kind: {odd[0]}" if odd else ""
