"""The data files of the chart: a row per component, a row per secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.paths import CHART

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Tables:
    """The rows of one chart that an executor needs, by the label of the component, or by name."""

    components: Rows
    secrets: Rows

    @classmethod
    def read(cls, chart: Path = CHART, executor: str = "KubernetesExecutor") -> "Tables":
        rows = yaml.safe_load((chart / "files" / "components.yaml").read_text())
        secrets = yaml.safe_load((chart / "files" / "secrets.yaml").read_text())

        def is_needed(row: Mapping[str, Any]) -> bool:
            return row.get("executor", "") in executor

        def reads(row: Mapping[str, Any], reader: str) -> bool:
            return reader in labels and row.get("only", {}).get(reader, "") in executor

        labels = {name: row.get("label", name) for name, row in rows.items() if is_needed(row)}

        def labelled(calls: Mapping[str, str]) -> dict[str, str]:
            named = {
                name: labels.get(name, name) for name in calls if name in labels or name not in rows
            }
            return {label: calls[name] for name, label in named.items()}

        return cls(
            {
                label: {**rows[name], "calls": labelled(rows[name]["calls"])}
                for name, label in labels.items()
            },
            {
                row["name"]: {
                    **row,
                    "readers": [labels[name] for name in row["readers"] if reads(row, name)],
                }
                for row in secrets
                if is_needed(row)
            },
        )

    def calls(self, caller: str) -> Mapping[str, str]:
        """Callees of a component and the condition of each; none without a row."""
        return self.components.get(caller, {}).get("calls", {})

    @property
    def called(self) -> set[str]:
        """The components that serve a port."""
        return {name for name, row in self.components.items() if "serves" in row}


TABLES = Tables.read()
