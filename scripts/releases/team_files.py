"""Check a team's file against TeamValues, and against rules that a schema cannot express."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.releases.checks import Problem, closest, dotted, problems, value_at
from scripts.releases.rules import below, pattern_of, rules
from scripts.values import AirflowValues, TeamValues
from scripts.values.rows import replicated_keys, secret_rows
from scripts.values.topics.network import DESTINATIONS
from scripts.yaml_files import Document, KeyPath

# Names and values of variables that look like a secret: those that the chart refuses in prod
# (airflow.refusals.secretVariables), and keys that are recognizable by their form alone.
SECRET_NAME = (
    "(?i)(password|passwd|passphrase|token|credential|secret|private_key|secret_key|access_key"
    "|api_key|fernet_key|jwt_secret)$"
)
# A variable that ends in _SECRET may also name a path in a secrets backend.
NAMES_A_PATH = "^AIRFLOW__.*_(KEY|CONN|SECRET|PASSWORD|KWARGS|URL|BACKEND)_SECRET$"
SECRET_TEXT = (
    r"://[^/@\s]*:[^/@\s]+@|[\"']password[\"']|\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|^[A-Za-z0-9_-]{43}=$"
    r"|^eyJ[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{10,}[.]"
    r"|\b(gh[a-z]_|github_pat_|glpat-|xox[a-z]-)[A-Za-z0-9_-]{16,}|[?&](password|passwd)=[^&]"
)
# Variables by which a team would change what the rest of its file may not.
PLATFORM_VARIABLE = (
    "^AIRFLOW__(CORE__(EXECUTOR|AUTH_MANAGER|SIMPLE_AUTH_MANAGER_.*|FERNET_KEY.*)"
    "|API__SECRET_KEY.*|API_AUTH__.*|DATABASE__SQL_ALCHEMY_CONN.*|KUBERNETES_EXECUTOR__.*)$"
)
# Secrets that the chart names after the rows of files/secrets.yaml: the platform's own.
PLATFORM_SECRET = f"^airflow-({'|'.join(row.name for row in secret_rows())})$"
# Names of addresses that the chart defines itself; only the platform may open `kubernetes`.
DESTINATION_NAMES = (*DESTINATIONS, "internet")
UNITS = {
    "": 1,
    "m": 0.001,
    **{unit: 1000**power for power, unit in enumerate("kMGT", 1)},
    **{f"{unit}i": 1024**power for power, unit in enumerate("KMGT", 1)},
}


def team_file_problems(
    document: Document, team: str, lower: Sequence[Mapping[str, Any]]
) -> list[Problem]:
    """Return every problem of a team's file; `lower` are the layers below, the lowest first."""
    found = problems(document, TeamValues, _unknown)
    wrong = {problem.path for problem in found}
    more = [
        *_other_name(document.data, team),
        *_variables(document.data),
        *_tolerations(document.data),
        *_destinations(document.data, lower),
        *_limits(document.data, lower),
        *_single_replicas(document.data, lower),
    ]
    return [*found, *(one for one in more if not _within(one.path, wrong))]


def _within(path: KeyPath, wrong: set[KeyPath]) -> bool:
    return any(path[:length] in wrong for length in range(len(path) + 1))


def _unknown(path: KeyPath) -> str:
    """Return the sentence about a key that a team's file must not have."""
    table, whole = rules(TeamValues), rules(AirflowValues)
    if pattern_of(path, whole) in whole:
        return _platform(path)
    known = below(pattern_of(path[:-1], table), table)
    return f"unknown key `{dotted(path)}`; {closest(path[-1], known)}"


def _platform(path: KeyPath) -> str:
    return f"`{dotted(path)}` is set by the platform: remove it here and ask the platform team."


def _other_name(data: Mapping[str, Any], team: str) -> Iterator[Problem]:
    stated = data.get("team", team)
    if stated != team:
        yield Problem(("team",), f"`team` must be {team}, the name of the file, not {stated!r}.")


def _variables(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Variables that hold a secret, that are the platform's, or that Kubernetes would refuse."""
    blocks = {("env",): data.get("env")}
    blocks |= {(key, "env"): block.get("env") for key, block in data.items() if _is_map(block)}
    for path, block in blocks.items():
        for name, item in block.items() if _is_map(block) else ():
            where = (*path, name)
            if re.search(PLATFORM_VARIABLE, str(name)):
                yield Problem(where, _platform(where))
            elif wrong := _wrong_text(str(name), item) or _wrong_source(item):
                yield Problem(where, f"`{dotted(where)}` {wrong}")


def _wrong_text(name: str, item: Any) -> str:
    text = item.get("value") if _is_map(item) else item
    if text and looks_like_a_secret(name, str(text)):
        return (
            "looks like a secret: store it in the secrets backend, or name a Secret in"
            " `valueFrom.secretKeyRef`."
        )
    return ""


def _wrong_source(item: Any) -> str:
    if not _is_map(item) or item.keys() - {"value", "valueFrom"}:
        return ""
    if len(item) != 1:
        return "must have one of `value` and `valueFrom`."
    source = item.get("valueFrom", {"value": ...})
    if _is_map(source) and len(source) != 1:
        return "must have one source in `valueFrom`."
    if re.search(PLATFORM_SECRET, str(value_at(source, ("secretKeyRef", "name")))):
        return "reads a Secret of the platform: name a Secret of the team."
    return ""


def _tolerations(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Tolerations that Kubernetes would refuse, with every pod of a task."""
    path = ("workers", "tolerations")
    stated = value_at(data, path)
    for number, one in enumerate(stated if isinstance(stated, list) else ()):
        exists = _is_map(one) and one.get("operator") == "Exists"
        if not _is_map(one):
            continue
        if exists and "value" in one:
            yield _toleration(number, "must have no `value` with the operator Exists")
        elif not exists and "key" not in one:
            yield _toleration(number, "must have a `key`, or the operator Exists")
        elif "tolerationSeconds" in one and one.get("effect") != "NoExecute":
            yield _toleration(number, "must have the effect NoExecute with `tolerationSeconds`")


def _toleration(number: int, must: str) -> Problem:
    path = ("workers", "tolerations", number)
    return Problem(path, f"`{dotted(path)}` {must}.")


def looks_like_a_secret(name: str, text: str) -> bool:
    """Return whether a variable contains a secret as text, judged by its name or value."""
    named = re.search(SECRET_NAME, name) and not re.search(NAMES_A_PATH, name)
    return bool(named or re.search(SECRET_TEXT, text))


def _destinations(data: Mapping[str, Any], lower: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    known = set(DESTINATION_NAMES)
    for layer in lower:
        stated = value_at(layer, ("networkPolicies", "destinations")) or {}
        known |= {name for name, place in stated.items() if place}
        known -= {name for name, place in stated.items() if not place}
    path = ("networkPolicies", "egress")
    opened = value_at(data, path)
    for caller, names in opened.items() if _is_map(opened) else ():
        for name in names if _is_map(names) else ():
            if name not in known:
                yield Problem(
                    (*path, caller, name),
                    f"`{dotted((*path, caller, name))}`: this environment has no destination"
                    f" {name}. Ask the platform team to add it; {closest(name, known)}",
                )


def _limits(data: Mapping[str, Any], lower: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield requests above their limit: Kubernetes would refuse such pods after the deployment."""
    for block, stated in data.items():
        if not _is_map(value_at(stated, ("resources",))):
            continue
        for kind in ("cpu", "memory"):
            paths = [(block, "resources", side, kind) for side in ("requests", "limits")]
            request, limit = (_effective([*lower, data], path) for path in paths)
            own = [path for path in paths if value_at(data, path) is not None]
            amounts = quantity(request), quantity(limit)
            if own and None not in amounts and amounts[0] > amounts[1]:
                yield Problem(
                    own[-1],
                    f"`{dotted(own[-1])}`: the request of {request} is above the limit of {limit}:"
                    f" set `{dotted(paths[1])}` to at least {request}.",
                )


def _single_replicas(
    data: Mapping[str, Any], lower: Sequence[Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield each component that a file of prod runs with one pod; the chart refuses it, too."""
    in_prod = "prod" in (_effective(lower, ("environment",)), _effective(lower, ("tier",)))
    for path in [(key, "replicas") for key in replicated_keys()] if in_prod else ():
        if value_at(data, path) == 1:
            yield Problem(
                path,
                f"`{dotted(path)}` must be at least 2 in prod, so that Airflow survives the loss"
                " of a node.",
            )


def _effective(layers: Sequence[Mapping[str, Any]], path: KeyPath) -> Any:
    """Return the value from the highest layer that sets it."""
    stated = (value_at(layer, path) for layer in reversed(layers))
    return next((value for value in stated if value is not None), None)


def quantity(value: Any) -> float | None:
    """Return an amount of CPU or memory as a number; None if it is not an amount."""
    found = re.fullmatch(r"([0-9]+(?:[.][0-9]+)?)([A-Za-z]*)", str(value))
    if not found or found[2] not in UNITS:
        return None
    return float(found[1]) * UNITS[found[2]]


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)
