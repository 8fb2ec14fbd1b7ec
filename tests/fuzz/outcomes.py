"""What Helm makes of values: manifests, sentences, or a fault of the chart."""

import re
import subprocess
from typing import Any

import yaml

from scripts.releases import helm
from scripts.releases.render import KUBE_VERSION
from scripts.paths import CHART

# Texts of Go's templates, of its YAML and of a program that panics.
STACK = re.compile(
    r"error calling|nil pointer|can't evaluate|wrong type for value|incompatible types|YAML parse"
    r"|executing \"|error converting|panic|goroutine|not defined|range can't iterate|wrong number"
)
SCHEMA = "values don't meet the specifications of the schema"
REFUSAL = re.compile(r"(?s)Error: execution error at \(airflow/\S+\): (.+)")
MOST_LINES = 60
LONGEST_SENTENCE = 500


def fault(values: Any) -> str:
    """Return what is wrong with the outcome; nothing when it is manifests or sentences."""
    command = [str(helm.executable()), "template", "airflow", str(CHART), "--namespace=airflow"]
    done = subprocess.run(
        [*command, f"--kube-version={KUBE_VERSION}", "--values=-"],
        input=yaml.safe_dump(values, allow_unicode=True),
        capture_output=True,
        text=True,
    )
    return of_manifests(done.stdout) if done.returncode == 0 else of_error(done.stderr)


def of_error(stderr: str) -> str:
    """Return the fault of an error: what is neither a schema error nor sentences."""
    # Warnings of Helm come before the error.
    text = stderr[stderr.rfind("\nError: ") + 1 :].strip()
    if SCHEMA in text:
        return ""
    refused = REFUSAL.fullmatch(text.removesuffix("\n\nUse --debug flag to render out invalid YAML"))
    if not refused or STACK.search(text):
        return text or f"no message: {stderr}"
    lines = refused[1].splitlines()
    if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_SENTENCE:
        return f"too long: {text}"
    return ""


def of_manifests(text: str) -> str:
    """Return the fault of manifests: no YAML, no object, or the text of a missing value."""
    if "<no value>" in text:
        return "a manifest contains <no value>"
    try:
        found = [one for one in yaml.load_all(text, Loader=yaml.CSafeLoader) if one is not None]
    except yaml.YAMLError as error:
        return f"a manifest is invalid YAML: {error}"
    odd = [one for one in found if not (isinstance(one, dict) and one.get("kind"))]
    return f"a manifest has no kind: {odd[0]}" if odd else ""


def kind_of(fault: str) -> str:
    """A fault without what differs from input to input, to recognise it by."""
    last = re.split(r": executing |error calling \w+: ", fault)[-1]
    return re.sub(r"\"[^\"]*\"|'[^']*'|\d+", "…", f"{last[:160]}")
