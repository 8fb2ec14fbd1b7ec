"""The decision about each value of an official values file, and its reason."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from scripts.migrate.known_keys import Stated
from scripts.releases.checks import dotted, value_at
from scripts.values import AirflowValues
from scripts.values.differences import Refused, refused
from scripts.values.official import Entry, KeyPath, entries, keys, missing
from scripts.values.official_tables import (
    ITEM,
    Rename,
    as_text,
    official_values,
    renames,
    replacements,
)

Status = Literal["kept", "renamed", "dropped", "added", "to do"]
# One expression, of a template or a value that only the official chart has for it.
COMPUTED = re.compile(
    r"\{\{-? *(include \"(airflow_\w+|cpu_count|dag_bundle_config_list)\" [.$]"
    r"|ternary \"True\" \"False\" .*\.elasticsearch\..*) *\}\}(/pod_template_file\.yaml)?"
)
NOTHING: tuple[Any, ...] = (False, None, "", [], {})


@dataclass(frozen=True)
class Decision:
    """The decision about a value, and its place and text afterwards."""

    path: KeyPath
    status: Status
    reason: str = ""
    # Where the value is now, and what it is.
    new: KeyPath | None = None
    value: Any = None
    # It is in the file, not a default of the official chart.
    stated: bool = True

    @property
    def key(self) -> str:
        return dotted(self.path)


class Decisions:
    """The decisions about the values of a file."""

    def __init__(self, data: Mapping[str, Any], stated: list[Stated]) -> None:
        self.stated = stated
        self._data = data
        self._stated = {one.path for one in stated}
        self._taken: set[KeyPath] = set()
        self._hosts: dict[KeyPath, list[Any]] = {}

    def effective(self, path: KeyPath) -> Any:
        """Return the value of the running release: that of the file, or the official default."""
        stated = value_at(self._data, path)
        official = official_values().get(path)
        return official.default if stated is None and official else stated

    def holds(self, condition: str) -> bool:
        """Return whether a value is set, or with `key=a|b`, whether it contains a or b."""
        key, _, texts = condition.partition("=")
        value = self.effective(keys(key))
        return any(text in str(value) for text in texts.split("|")) if texts else bool(value)

    def decide(self, one: Stated) -> Decision:
        """Return the decision about a value."""
        if one.path[0].startswith("x-"):
            return Decision(one.path, "kept", "anchors of YAML")
        replaced = _replaced(one)
        if replaced:
            return replaced
        if _is_computed(one):
            return Decision(one.path, "dropped", "a default of the official chart, made here, too")
        for rule in refused():
            if rule.applies(one.path, one.value):
                return self.refused(one.path, rule)
        old, rename = _rename(one.path)
        if rename and rename.new != old and (not rename.new or missing(one.path, AirflowValues)):
            return self._renamed(one, old, rename)
        return self._judged(one, one.path, one.value)

    def refused(self, path: KeyPath, rule: Refused) -> Decision:
        """Return the decision about a refused value, which has a substitute in some releases."""
        for key in rule.unless:
            if self.holds(key):
                return Decision(path, "added", f"{key} is set instead", path, rule.substitute)
        return Decision(path, "to do", rule.way)

    def _renamed(self, one: Stated, old: KeyPath, rename: Rename) -> Decision:
        if rename.new is None:
            return Decision(one.path, "dropped", rename.note)
        entry = _entry(one.path)[1]
        if entry and entry.switch and not entry.use and not self.effective(keys(entry.switch)):
            return Decision(one.path, "dropped", f"{entry.switch} is false")
        new, value, reason = (*rename.new, *one.path[len(old) :]), one.value, rename.note
        if ITEM in new:
            return self._tls(one, new)
        if new in self._stated or new in self._taken:
            return Decision(one.path, "dropped", f"{dotted(new)} is set, too, and counts")
        if _is_list(new) and isinstance(value, str):
            try:
                value = json.loads(value) if value.startswith("[") else [value]
            except ValueError:
                return Decision(one.path, "to do", f"it is not JSON: write a list in {dotted(new)}")
        judged = self._judged(one, new, value)
        if judged.status != "kept":
            return judged
        self._taken.add(new)
        return Decision(one.path, "renamed", reason, new, value)

    def _tls(self, one: Stated, new: KeyPath) -> Decision:
        """TLS of all hosts of an Ingress becomes that of each host."""
        if not one.value:
            return Decision(one.path, "dropped", "it asks for nothing")
        hosts = new[: new.index(ITEM)]
        if missing(hosts, AirflowValues):
            return self._judged(one, hosts, one.value)
        block = one.path[: one.path.index("tls")]
        found = self._hosts.get(hosts) or next(
            filter(None, (value_at(self._data, path) for path in (hosts, (*block, "hosts")))),
            [value_at(self._data, (*block, "host"))],
        )
        named = [host if isinstance(host, dict) else {"name": host} for host in found if host]
        if not named:
            return Decision(
                one.path, "to do", f"it has no host: set {dotted(hosts)} with name and tls"
            )
        self._hosts[hosts] = [
            {**host, "tls": {**host.get("tls", {}), new[-1]: one.value}} for host in named
        ]
        return Decision(one.path, "renamed", "", hosts, self._hosts[hosts])

    def _judged(self, one: Stated, path: KeyPath, value: Any) -> Decision:
        """Return whether the chart has a value, or what it has instead."""
        if not missing(path, AirflowValues):
            return Decision(one.path, "kept", "", path, value)
        unchanged, entry = _entry(path)
        official = official_values().get(path)
        default = official.default if official else None
        switch = keys(entry.switch) if entry and entry.switch else None
        if switch == path and not value and default:
            # The chart accepts it, and without it the official default would count.
            return Decision(one.path, "kept", "this chart does not have it", path, value)
        if switch and not self.effective(switch):
            return Decision(one.path, "dropped", f"{dotted(switch)} is false")
        if value in NOTHING or value == 0:
            return Decision(one.path, "dropped", "it asks for nothing")
        if value == (unchanged if entry else default):
            return Decision(one.path, "dropped", "it is the default, which changes nothing here")
        if entry and entry.use:
            return Decision(one.path, "to do", f"use {entry.use} instead")
        if switch in self._stated and switch != path:
            return Decision(one.path, "to do", f"it belongs to {dotted(switch)}")
        way = entry.way if entry else None
        return Decision(one.path, "to do", way or "this chart has no such value: remove it")


def _replaced(one: Stated) -> Decision | None:
    """Return the decision about a single value of a key that has another text in this chart."""
    for (path, value), (new, note) in replacements().items():
        if value == as_text(one.value) and fnmatchcase(one.key, dotted(path)):
            if new is None:
                return Decision(one.path, "dropped", note)
            return Decision(one.path, "renamed", f"{note}: {new}", one.path, new)
    return None


def _is_computed(one: Stated) -> bool:
    """Return whether a value is the text of an official default that is made of other values."""
    official = official_values().get(one.path)
    return bool(official and "computed" in official.note and COMPUTED.fullmatch(str(one.value)))


def _rename(path: KeyPath) -> tuple[KeyPath, Rename | None]:
    """Return the longest row of the table that covers a path."""
    for length in range(len(path), 0, -1):
        if path[:length] in renames():
            return path[:length], renames()[path[:length]]
    return path, None


def _entry(path: KeyPath) -> tuple[Any, Entry | None]:
    """Return the entry of official.yaml that covers a path, and what changes nothing there."""
    for entry in entries():
        for known, unchanged in entry.values.items():
            if path[: len(known)] == known:
                return unchanged, entry
            if known[: len(path)] == path:
                return ..., entry
    return ..., None


def _is_list(path: KeyPath) -> bool:
    official = official_values().get(path)
    return bool(official and official.kind.startswith("array"))
