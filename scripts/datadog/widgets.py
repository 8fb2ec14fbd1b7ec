"""Widgets of a dashboard, and their layout in twelve columns."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scripts.datadog.queries import Query

COLUMNS = 12
# The tags that a reader may filter by, and their defaults.
VARIABLES = {
    "env": "${environment}",
    "service": "${service}",
    "team": "*",
    "version": "*",
    "dag_id": "*",
    "dbinstanceidentifier": "airflow-${environment}-*",
}
Display = Literal["line", "area", "bars"]
# Events that `python -m scripts deploy` sends; graphs show them as vertical lines.
DEPLOYMENTS = "event:deployment $env $service $team"


@dataclass(frozen=True)
class Line:
    """A series: one query, or a formula over several, which are named a, b, c."""

    label: str
    queries: tuple[Query, ...]
    formula: str = "a"
    # By default that of the metric of a single query.
    unit: str | None = None

    @property
    def unit_name(self) -> str:
        return self.queries[0].unit if self.unit is None else self.unit


@dataclass(frozen=True)
class Marker:
    """A horizontal line in a graph: the threshold of a monitor, by the name of its variable."""

    threshold: str
    # The threshold in the unit of the graph.
    factor: int = 1

    @property
    def template(self) -> str:
        """The value in a template of Terraform."""
        factor = f" * {self.factor}" if self.factor != 1 else ""
        return f"${{thresholds.{self.threshold}{factor}}}"


@dataclass(frozen=True)
class Widget:
    """A widget: its title and its size."""

    title: str
    width: int = 4
    height: int = 2

    def definition(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def lines(self) -> tuple[Line, ...]:
        return ()


@dataclass(frozen=True)
class Timeseries(Widget):
    """Series over time."""

    series: tuple[Line, ...] = ()
    display: Display = "line"
    markers: tuple[Marker, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.series

    def definition(self) -> dict[str, Any]:
        return {
            "type": "timeseries",
            "title": self.title,
            "show_legend": True,
            "legend_layout": "auto",
            "requests": [
                {**_request(line, "timeseries"), "display_type": self.display}
                for line in self.series
            ],
            **({"markers": [_marker(one) for one in self.markers]} if self.markers else {}),
            "events": [{"q": DEPLOYMENTS, "tags_execution": "and"}],
        }


@dataclass(frozen=True)
class Value(Widget):
    """A number; `bad` is the comparison that makes it red."""

    line: Line | None = None
    aggregator: Literal["avg", "last", "max", "min", "sum"] = "last"
    bad: tuple[Literal["<", "<=", ">", ">="], float] | None = None
    width: int = 2

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.line,) if self.line else ()

    def definition(self) -> dict[str, Any]:
        [line] = self.lines
        request = _request(line, "scalar")
        for query in request["queries"]:
            query["aggregator"] = self.aggregator
        if self.bad:
            comparator, value = self.bad
            other = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[comparator]
            request["conditional_formats"] = [
                {"comparator": comparator, "value": value, "palette": "white_on_red"},
                {"comparator": other, "value": value, "palette": "white_on_green"},
            ]
        return {
            "type": "query_value",
            "title": self.title,
            "autoscale": True,
            "precision": 1,
            "requests": [request],
        }


@dataclass(frozen=True)
class Toplist(Widget):
    """The largest groups of a query."""

    line: Line | None = None
    aggregator: Literal["avg", "last", "max", "sum"] = "sum"

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.line,) if self.line else ()

    def definition(self) -> dict[str, Any]:
        [line] = self.lines
        request = _request(line, "scalar")
        for query in request["queries"]:
            query["aggregator"] = self.aggregator
        # Datadog sorts a list of a formula by `sort`, which contains the limit.
        order = {"count": 10, "order_by": [{"type": "formula", "index": 0, "order": "desc"}]}
        return {"type": "toplist", "title": self.title, "requests": [{**request, "sort": order}]}


@dataclass(frozen=True)
class Note(Widget):
    """Text in Markdown, without a title of its own."""

    text: str = ""

    def definition(self) -> dict[str, Any]:
        return {
            "type": "note",
            "content": self.text,
            "background_color": "transparent",
            "font_size": "14",
            "text_align": "left",
            "vertical_align": "top",
            "has_padding": True,
            "show_tick": False,
        }


@dataclass(frozen=True)
class Monitors(Widget):
    """The state of every monitor of the environment."""

    def definition(self) -> dict[str, Any]:
        return {
            "type": "manage_status",
            "title": self.title,
            "query": "tag:(env:${environment} AND service:${service})",
            "summary_type": "monitors",
            "display_format": "countsAndList",
            "color_preference": "text",
            "hide_zero_counts": True,
            "show_last_triggered": True,
            "sort": "status,asc",
        }


@dataclass(frozen=True)
class Objectives(Widget):
    """The service levels of the environment and their remaining budgets."""

    def definition(self) -> dict[str, Any]:
        query = {"query_string": "env:${environment} service:${service}", "limit": 50}
        return {
            "type": "slo_list",
            "title": self.title,
            "requests": [{"request_type": "slo_list", "query": query}],
        }


@dataclass(frozen=True)
class Logs(Widget):
    """The newest lines of logs that match a search."""

    search: str = ""

    def definition(self) -> dict[str, Any]:
        fields = {"status_line": "auto", "timestamp": "auto", "team": "auto", "content": "full"}
        query = {"data_source": "logs_stream", "indexes": [], "query_string": self.search}
        columns = [{"field": name, "width": width} for name, width in fields.items()]
        return {
            "type": "list_stream",
            "title": self.title,
            "requests": [{"response_format": "event_list", "columns": columns, "query": query}],
        }


@dataclass(frozen=True)
class Group:
    """Widgets below a heading."""

    title: str
    widgets: tuple[Widget, ...]


@dataclass(frozen=True)
class Dashboard:
    """A dashboard."""

    name: str
    title: str
    description: str
    groups: tuple[Group, ...]

    @property
    def variables(self) -> list[str]:
        """Return the template variables: those that queries of widgets use."""
        texts = json.dumps([widget.definition() for widget in self.widgets()])
        asked = set(re.findall(r"\$(\w+)", texts))
        return [name for name in VARIABLES if name in asked]

    def widgets(self) -> Iterator[Widget]:
        for group in self.groups:
            yield from group.widgets

    def definition(self) -> dict[str, Any]:
        """Return the dashboard for Datadog's API, without the fields that the API sets itself."""
        top, groups = 0, []
        for group in self.groups:
            placed = layout(group.widgets)
            height = max(y + widget.height for widget, _, y in placed)
            groups.append(
                {
                    "definition": {
                        "type": "group",
                        "layout_type": "ordered",
                        "title": group.title,
                        "show_title": True,
                        "widgets": [_placed(*one) for one in placed],
                    },
                    # The heading is a row, too.
                    "layout": {"x": 0, "y": top, "width": COLUMNS, "height": height + 1},
                }
            )
            top += height + 1
        return {
            "title": self.title,
            "description": self.description,
            "layout_type": "ordered",
            "reflow_type": "fixed",
            "template_variables": [_variable(name) for name in self.variables],
            "widgets": groups,
        }


def _placed(widget: Widget, x: int, y: int) -> dict[str, Any]:
    layout = {"x": x, "y": y, "width": widget.width, "height": widget.height}
    return {"definition": widget.definition(), "layout": layout}


def _variable(name: str) -> dict[str, Any]:
    return {"name": name, "prefix": name, "available_values": [], "defaults": [VARIABLES[name]]}


def layout(widgets: Iterable[Widget]) -> list[tuple[Widget, int, int]]:
    """Yield the column and row of each widget, placed in rows from left to right."""
    placed, x, y, tallest = [], 0, 0, 0
    for widget in widgets:
        if x + widget.width > COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        placed.append((widget, x, y))
        x, tallest = x + widget.width, max(tallest, widget.height)
    return placed


def _request(line: Line, response: str) -> dict[str, Any]:
    formula: dict[str, Any] = {"formula": line.formula, "alias": line.label}
    if line.unit_name:
        unit = {"type": "canonical_unit", "unit_name": line.unit_name}
        formula["number_format"] = {"unit": unit}
    return {
        "response_format": response,
        "queries": [
            {"data_source": "metrics", "name": name, "query": str(query)}
            for name, query in zip("abcdef", line.queries, strict=False)
        ],
        "formulas": [formula],
    }


def _marker(marker: Marker) -> dict[str, Any]:
    return {
        "value": f"y = {marker.template}",
        "display_type": "error dashed",
        "label": "alert",
    }
