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
    """The rows of one chart, by name."""

    components: Rows
    secrets: Rows

    @classmethod
    def read(cls, chart: Path = CHART) -> "Tables":
        components = yaml.safe_load((chart / "files" / "components.yaml").read_text())
        secrets = yaml.safe_load((chart / "files" / "secrets.yaml").read_text())
        return cls(components, {row["name"]: row for row in secrets})

    def calls(self, caller: str) -> Mapping[str, str]:
        """Callees of a component and the condition of each; none without a row."""
        return self.components.get(caller, {}).get("calls", {})

    @property
    def called(self) -> set[str]:
        """The components that serve a port."""
        return {name for name, row in self.components.items() if "serves" in row}


TABLES = Tables.read()
