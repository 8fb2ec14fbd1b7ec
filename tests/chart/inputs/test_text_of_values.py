"""Text of values that is not meant for Helm is kept, or refused in a sentence with its key."""

from typing import Any

import pytest

from tests.chart.inputs.asked import answered, assert_refused, rendered

LOG_NAME = "{{ ti.dag_id }}/{{ ti.run_id }}/{{ ti.task_id }}/{{ try_number }}.log"
ESCAPED = '{{ "{{" }} ti.dag_id {{ "}}" }}/{{ "{{" }} try_number {{ "}}" }}.log'
JINJA: dict[str, tuple[str, str]] = {
    "log_filename_template": ("logging", LOG_NAME),
    "log_processor_filename_template": ("logging", "{{ filename }}.log"),
    "log_id_template": ("elasticsearch", "{{ ti.dag_id }}-{{ ts_nodash }}"),
    "subject_template": ("email", "{% if ti.failed %}{{ ti.task_id }}{% endif %}"),
}


@pytest.mark.parametrize(("key", "option"), JINJA.items(), ids=JINJA)
def test_a_template_of_airflow_in_the_configuration_is_kept(key: str, option: tuple[str, str]):
    section, text = option
    manifests = rendered({"config": {section: {key: text}}})
    assert manifests.configuration[section][key] == text


def test_an_escaped_template_is_what_it_escapes():
    manifests = rendered({"config": {"logging": {"log_filename_template": ESCAPED}}})
    written = manifests.configuration["logging"]["log_filename_template"]
    assert written == "{{ ti.dag_id }}/{{ try_number }}.log"


def test_a_template_of_helm_in_the_configuration_is_evaluated():
    manifests = rendered({"config": {"mine": {"key": "{{ .Release.Name }}-x"}}})
    assert manifests.configuration["mine"]["key"] == "airflow-x"


# Values that ask for what only another chart has, and what the sentence names.
OTHER_CHARTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a block": (
        {"config": {"logging": {"remote_logging": "{{ .Values.elastic.enabled }}"}}},
        ("config.logging.remote_logging", ".Values.elastic"),
    ),
    "a block in a function": (
        {
            "config": {
                "logging": {
                    "remote_logging": '{{ ternary "True" "False" .Values.elastic.enabled }}'
                }
            }
        },
        ("config.logging.remote_logging", ".Values.elastic"),
    ),
    "a block in arguments": (
        {
            "createUserJob": {
                "enabled": True,
                "args": ["bash", "-c", "true", "{{ .Values.webserver.defaultUser.username }}"],
            }
        },
        ("createUserJob.args", "webserver"),
    ),
    "a block in a label": (
        {"airflowPodAnnotations": {"a": "{{ .Values.flower.urlPrefix.x }}"}},
        ("airflowPodAnnotations", "flower"),
    ),
}


@pytest.mark.parametrize(("values", "texts"), list(OTHER_CHARTS.values()), ids=list(OTHER_CHARTS))
def test_a_template_that_asks_for_values_of_another_chart_is_refused(
    values: dict[str, Any], texts: tuple[str, ...]
):
    assert_refused(values, *texts)


def test_the_dags_folder_of_the_official_values_is_evaluated_or_refused():
    text = '{{ include "airflow_dags" . }}'
    found = answered({"config": {"core": {"dags_folder": text}}})
    if found.sentences:
        assert found.refuses("config.core.dags_folder")
    else:
        assert found.manifests.configuration["core"]["dags_folder"] == "/opt/airflow/dags"


CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
UNCLOSED = "{{ .Release.Name"
# Text that no template can evaluate, in each kind of place that is evaluated.
FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "a Dag in a ConfigMap": (
        {"extraConfigMaps": {"flows": {"data": {"a.py": 'bash = "echo {{ ds }}"'}}}},
        "extraConfigMaps.flows",
    ),
    "a Secret": (
        {"extraSecrets": {"mine": {"stringData": {"a": "{{ ds }}"}}}},
        "extraSecrets.mine",
    ),
    "an alert in an object": (
        {"extraObjects": {"alert": {**CONFIG_MAP, "data": {"a": "{{ $labels.pod }} is down"}}}},
        "extraObjects.alert",
    ),
    "an annotation": ({"scheduler": {"podAnnotations": {"a": UNCLOSED}}}, "podAnnotations"),
    "an annotation of an account": (
        {"scheduler": {"serviceAccount": {"annotations": {"a": UNCLOSED}}}},
        "scheduler.serviceAccount.annotations",
    ),
    "a pod template": (
        {"podTemplate": f"kind: Pod\nmetadata: {{name: '{UNCLOSED}'}}"},
        "podTemplate",
    ),
    "arguments": ({"scheduler": {"args": ["{{ ti.x }}"]}}, "scheduler.args"),
    "a container": (
        {"workers": {"extraContainers": {"a": {"image": "b", "args": ["{{ ds }}"]}}}},
        "workers.extraContainers",
    ),
    "a volume": ({"volumes": {"a": {"configMap": {"name": UNCLOSED}}}}, "volumes"),
    "a text of variables": ({"extraEnv": "- {name: A, value: '{{ ds }}'}"}, "extraEnv"),
    "sources of variables": ({"extraEnvFrom": "- {prefix: '{{ ds }}'}"}, "extraEnvFrom"),
    "settings of Airflow": ({"airflowLocalSettings": "A = '{{ ds }}'"}, "airflowLocalSettings"),
    "the web server's file": (
        {"apiServer": {"apiServerConfig": "A = '{{ ds }}'"}},
        "apiServer.apiServerConfig",
    ),
    "a namespace": ({"tasks": {"namespace": "{{ team }}-tasks"}}, "tasks.namespace"),
    "a bundle": (
        {"dagProcessor": {"dagBundleConfigList": [{"name": "a", "classpath": "{{ ds }}"}]}},
        "dagProcessor.dagBundleConfigList",
    ),
    "an account": (
        {"scheduler": {"serviceAccount": {"name": "{{ ds }}"}}},
        "scheduler.serviceAccount",
    ),
    "a hook": (
        {"containerLifecycleHooks": {"preStop": {"exec": {"command": ["{{ ds }}"]}}}},
        "containerLifecycleHooks",
    ),
}


@pytest.mark.parametrize(("values", "key"), list(FOREIGN.values()), ids=list(FOREIGN))
def test_text_that_cannot_be_evaluated_is_kept_or_refused(values: dict[str, Any], key: str):
    found = answered(values)
    assert not found.sentences or found.refuses(key)


# Arguments that a function does not take, blocks that are not closed in order, and syntax errors.
UNSAFE = (
    "{{ fail }}",
    '{{ fail "a" }}',
    '{{ required "a" .Values.team }}',
    '{{ trunc "x" }}',
    "{{ trunc .Values.ports.apiServer .Release.Name }}",
    '{{ index .Values "a" "b" }}',
    '{{ index .Values.executor "a" }}',
    '{{ dig "a" "b" .Values }}',
    "{{ .Values.ports.apiServer | upper }}",
    "{{ .Values.labels | trim }}",
    "{{ .Release.Name | upper | trunc }}",
    "{{ .Release.Name | .Release.Name }}",
    '{{ .Release.Name "a" }}',
    '{{ eq .Values.ports.apiServer "a" }}',
    "{{ repeat -1 .Release.Name }}",
    "{{ div 1 0 }}",
    '{{ regexFind "(" .Release.Name }}',
    '{{ printf ("a" }}',
    "{{ nil }}",
    "{{ }}",
    "{{ .Chart.Nothing }}",
    "{{ range .Values.executor }}a{{ end }}",
    "{{ range .Values.ports }}{{ .Values.team }}{{ end }}",
    "{{ with .Values.executor }}{{ .a }}{{ end }}",
    "{{ range .Values.ports }}{{ . | upper }}{{ end }}",
    "{{ end }}{{ if true }}",
    "{{ if true }}{{ else }}{{ else }}{{ end }}",
    "{{ range .Values.ports }}{{ else if true }}{{ end }}",
    "{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}",
    '{{ include "airflow.fullname" .Values }}',
    '{{ include ("airflow.pod") . }}',
    '{{ template "airflow.fullname" . | quote }}',
    "{{ template . }}",
    "{{ included . }}{{ .Release.Name }}",
    "{{ . }}",
    '{{ upper("a") }}',
    "{{ .Release.Name | | upper }}",
    "{{ .Values.nothing }}",
    "{{ range .Values.imagePullSecrets }}{{ .name }}{{ end }}",
    "{{ with .Values.ports }}{{ .nothing.more }}{{ end }}",
    "{{ if true }}",
)


def test_calls_that_helm_cannot_evaluate_are_refused():
    found = answered({"config": {"mine": {f"a{i}": text for i, text in enumerate(UNSAFE)}}})
    kept = [text for i, text in enumerate(UNSAFE) if not found.refuses(f"config.mine.a{i} ")]
    assert found.sentences
    assert kept == []


SAFE = {
    "{{ .Release.Name | trunc 3 | upper }}": "AIR",
    '{{ upper (include "airflow.fullname" .) }}': "AIRFLOW",
    '{{ printf "%s-%d" .Release.Name (int .Values.ports.apiServer) }}': "airflow-8080",
    '{{ .Values.team | default "none" }}': "none",
    '{{ .Values.nothing | default "none" | quote }}': '"none"',
    "{{ if .Values.team }}a{{ else if .Values.executor }}b{{ else }}c{{ end }}": "b",
    "{{ range $k, $v := .Values.statsd.cache }}{{ $v | toString | trunc 2 }}{{ end }}": "100slr",
    "{{ with .Values.ports.apiServer }}{{ $.Release.Name }}-{{ . }}{{ end }}": "airflow-8080",
    '{{ $x := "a" }}{{- /* a comment */ -}}{{ $x }}': "a",
    '{{ template "airflow.fullname" . }}-{{ include `airflow.fullname` $ }}': "airflow-airflow",
    "{{ with .Values.ports }}{{ .apiServer }}{{ else }}{{ .Release.Name }}{{ end }}": "8080",
    "{{ if .Values.nothing }}a{{ else }}{{ with $.Values }}{{ .executor }}{{ end }}{{ end }}": (
        "KubernetesExecutor"
    ),
    '{{ ternary "a" "b" (eq .Values.executor "KubernetesExecutor") }}': "a",
    '{{ list "a" `b` | join "," }}': "a,b",
    "{{ .Values.ports | keys | sortAlpha | first }}": "apiServer",
}


def test_calls_that_helm_can_evaluate_are_evaluated():
    written = rendered({"config": {"mine": {f"a{i}": text for i, text in enumerate(SAFE)}}})
    mine = written.configuration["mine"]
    assert {text: mine[f"a{i}"] for i, text in enumerate(SAFE)} == SAFE
