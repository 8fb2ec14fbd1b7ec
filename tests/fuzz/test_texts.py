"""No text of a value ends in a stack of templates: it is evaluated, kept, or refused in a sentence.

Texts are made of the calls that files/template_texts.yaml allows and of others, with arguments
that fit and with others. Many texts are rendered at once; those that are refused are removed.
"""

import os
import re

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from scripts.paths import CHART
from tests.chart.outcomes import outcome

SEED = int(os.environ.get("FUZZ_SEED", "1"))
RENDERS = int(os.environ.get("FUZZ_INPUTS", "2400")) // 100
TEXTS = 50
FILE = yaml.safe_load((CHART / "files" / "template_texts.yaml").read_text())
CALLS: dict[str, list[str]] = FILE["calls"]
FUNCTIONS: list[str] = FILE["functions"]
# Terms by their type, as the file names types.
TERMS: dict[str, tuple[str, ...]] = {
    "S": (
        *('"a"', "`b`", '"%s%d"', '"("', '""', ".Release.Name", ".Values.executor"),
        *('(include "airflow.fullname" .)', '(include "airflow.nothing" $)'),
    ),
    "I": ("1", "9999"),
    "Z": ("0",),
    "J": ("-5", "100000", "(int .Values.ports.apiServer)", '(len "a")'),
    "F": ("1.5", "-0.5", ".Values.ports.apiServer", "(add 1 2)"),
    "B": ("true", "false", '(empty "")'),
    "L": ("(list)", '(list 1 "a")', ".Values.imagePullSecrets", "(keys .Values.ports)"),
    "M": (".Values.config", ".Values.labels", '(dict "a" 1)', '(fromYaml "a: b")'),
    "V": (".Values", "$.Values"),
    "N": (".Values.nothing", ".Values.config.nothing"),
    "U": ("(first (list))", '(index .Values "a")', "(now)"),
    "R": (".", "$"),
}
ANY = st.sampled_from([term for terms in TERMS.values() for term in terms])
BITS = ("", '"', "`", "\\", "-", ")", "(", "|", " ", ".", "$", "\n", "{", "}", "/*", ":=")
PARTS = (
    *("{{ if %s }}", "{{ with %s }}", "{{ range %s }}", "{{ range $x, $y := %s }}"),
    *("{{ else }}", "{{ else if %s }}", "{{ end }}", "{{ end }}", "{{ $x := %s }}", "{{ $x = 1 }}"),
    *(
        "{{ $x }}",
        "{{ . }}",
        "{{ .Values.executor }}",
        "{{ .name }}",
        "{{/* c */}}",
        "{{ /* c */ }}",
    ),
    *('{{ template "airflow.fullname" . }}', "{{ with .Values.ports }}{{ .apiServer }}{{ end }}"),
    *("{{}}", "{{ $y | toString | upper }}", '{{ define "a" }}', "{{ break }}", "{{- %s -}}", "x"),
)


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call: of a function with arguments that fit, with one more or less, or with any."""
    if draw(st.integers(0, 4)):
        signature = draw(st.sampled_from(sorted(CALLS)))
        function = draw(st.sampled_from(CALLS[signature]))
        types = re.sub(r"[AE]", draw(st.sampled_from("SIZJFBLMVNU")), signature.split(">")[0])
        types = re.sub(r"\[(\w)\w*\]", r"\1", types.split("|")[0])
        arguments = [draw(st.sampled_from(TERMS[one])) for one in re.findall(r"\w", types)]
    else:
        function = draw(st.sampled_from(FUNCTIONS))
        arguments = draw(st.lists(ANY, max_size=3))
    change = draw(st.integers(0, 9))
    if change == 0:
        arguments = arguments[:-1]
    elif change == 1:
        arguments = [*arguments, draw(ANY)]
    elif change == 2 and arguments:
        arguments = [f"({draw(calls())})", *arguments[1:]]
    if arguments and draw(st.booleans()):
        return f"{arguments[-1]} | {' '.join([function, *arguments[:-1]])}"
    return " ".join([function, *arguments])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text with one call or with several parts, sometimes with a wrong character."""
    if draw(st.booleans()):
        text = f"{{{{ {draw(calls())} }}}}"
    else:
        parts = draw(st.lists(st.sampled_from(PARTS), min_size=2, max_size=4))
        text = "".join(part.replace("%s", draw(calls() | ANY)) for part in parts)
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(BITS)) + text[at + draw(st.integers(0, 1)) :]
    return text


def faulty(tried: list[str]) -> list[str]:
    """Texts that neither render nor are refused by a sentence."""
    found = outcome({"config": {"mine": {f"a{i}": text for i, text in enumerate(tried)}}})
    if not found.fault:
        kept = [t for i, t in enumerate(tried) if not found.refuses(f"config.mine.a{i} ")]
        if not found.sentences:
            return []
        return faulty(kept) if len(kept) < len(tried) else kept
    if len(tried) == 1:
        return tried
    half = len(tried) // 2
    return faulty(tried[:half]) + faulty(tried[half:])


def test_texts_are_evaluated_or_refused_in_sentences():
    found: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=RENDERS, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(tried=st.lists(texts(), min_size=TEXTS, max_size=TEXTS))
    def check(tried: list[str]):
        found.extend(faulty(tried))

    check()
    if found:
        pytest.fail("\n".join([f"{len(found)} faults with seed {SEED}:", *found]), pytrace=False)
