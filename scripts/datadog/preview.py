"""Dashboards of an environment before they are applied: a page for people, files for Datadog."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from scripts.console import console
from scripts.datadog.charts import Data
from scripts.datadog.made_up import made_up
from scripts.datadog.pages import DASHBOARDS
from scripts.datadog.picture import picture
from scripts.datadog.series import captured
from scripts.datadog.widgets import VARIABLES, Dashboard
from scripts.errors import Refusal
from scripts.paths import ROOT
from scripts.releases.discovery import environments, releases

MODULE = ROOT / "terraform" / "modules" / "monitoring"
SERVICE, OWNER = "airflow", "platform"
RUNBOOKS = "docs/operations/monitors.md"
DEFAULT = re.compile(r"^    (\w+)\s+= optional\(number, ([\d.]+)\)", re.MULTILINE)
# `${environment}`, `${thresholds.name}` and `${thresholds.name * 1000}`, as Terraform reads them.
EXPRESSION = re.compile(r"\$\{(?:thresholds\.)?(\w+)(?: \* (\d+))?\}")

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Airflow $environment: dashboards</title>
<style>
body { margin: 0; background: #f6f7f9; color: #1f2328; font: 14px/1.5 system-ui, sans-serif; }
header { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #d5dae1;
  padding: 10px 24px; }
header a { color: #1f4f9e; margin-right: 16px; text-decoration: none; }
main { max-width: 1392px; margin: 0 auto; }
section { padding-top: 16px; scroll-margin-top: 40px; }
section > svg { display: block; width: 100%; height: auto; }
p, details { margin: 8px 16px; }
table { border-collapse: collapse; background: #fff; margin: 8px 0; }
td, th { border: 1px solid #d5dae1; padding: 3px 8px; text-align: left; vertical-align: top; }
code { font: 12px ui-monospace, monospace; overflow-wrap: anywhere; }
.badge { border-radius: 8px; padding: 1px 7px; }
.captured { background: #e4eefc; color: #1f4f9e; }
.made-up { background: #fdf0d5; color: #8a5a00; }
</style>
</head>
<body>
<header><b>Airflow $environment</b> &nbsp; $links</header>
<main>
<p><span class="badge captured">captured</span> series were sent by Airflow on the local cluster.
<span class="badge made-up">made up</span> series were not captured there: they show how the widget
looks, and say nothing about this environment. Dashed red lines are thresholds of monitors, dotted
gray ones deployments.</p>
$sections
</main>
</body>
</html>
""")


@dataclass(frozen=True)
class Context:
    """Facts of an environment that its dashboards depend on, with the defaults of Terraform."""

    environment: str
    teams: tuple[str, ...]
    runbooks: str
    owner: str
    thresholds: Mapping[str, float]

    def filled(self, text: str) -> str:
        """Return the text of a template with the values of this environment."""
        values = {
            **self.thresholds,
            "environment": self.environment,
            "runbooks": self.runbooks,
            "service": SERVICE,
        }

        def value(found: re.Match[str]) -> str:
            one = values[found[1]]
            return one if isinstance(one, str) else f"{one * int(found[2] or 1):.15g}"

        return EXPRESSION.sub(value, text)

    def definition(self, dashboard: Dashboard) -> dict[str, Any]:
        """Return the dashboard as Terraform sends it to Datadog."""
        found = json.loads(self.filled(json.dumps(dashboard.definition())))
        return {**found, "tags": [f"team:{self.owner}"]}

    def data(self) -> Data:
        """Return the series of pictures: captured ones, and made-up ones where they lack."""
        queries = [
            query
            for one in DASHBOARDS
            for widget in one.widgets()
            for line in widget.lines
            for query in line.queries
        ]
        invented = made_up(self.environment, SERVICE, self.teams, queries)
        variables = {name: self.filled(value) for name, value in VARIABLES.items()}
        sources = [*captured(self.environment), invented]
        return Data(sources, variables, sorted(self.teams), self.thresholds)


@cache
def context(environment: str) -> Context:
    """Return the facts of an environment of environments/."""
    known = {one.name: one for one in environments()}
    if environment not in known:
        raise Refusal(f"unknown environment {environment!r}; known: {', '.join(sorted(known))}.")
    facts = known[environment].terraform
    monitoring = facts.monitoring if facts else None
    defaults = {
        name: float(value) for name, value in DEFAULT.findall((MODULE / "variables.tf").read_text())
    }
    teams = [one.team for one in releases() if one.environment.name == environment]
    return Context(
        environment,
        tuple(teams),
        monitoring.runbooks if monitoring else RUNBOOKS,
        (monitoring and monitoring.owner) or OWNER,
        {**defaults, **((monitoring and monitoring.thresholds) or {})},
    )


def write(*, environment: str, page: str, as_json: bool, output: Path) -> None:
    """Write the page that shows the dashboards, or the files that Datadog imports."""
    here, shown = context(environment), _chosen(page)
    output.mkdir(parents=True, exist_ok=True)
    if as_json:
        texts = {
            f"{one.name}.json": json.dumps(here.definition(one), indent=2) + "\n" for one in shown
        }
    else:
        texts = {f"{environment}.html": html(here, shown)}
    for name, text in texts.items():
        (output / name).write_text(text)
        console.print(f"wrote {output / name}", highlight=False)
    hint = "Import it in Datadog" if as_json else "Open it in a browser"
    console.print(f"{hint}{': New Dashboard, then Import dashboard JSON' if as_json else ''}.")


def html(here: Context, dashboards: Sequence[Dashboard] = DASHBOARDS) -> str:
    """Return the page with the pictures of dashboards, and their queries."""
    data = here.data()
    links = " ".join(f'<a href="#{one.name}">{escape(_title(one))}</a>' for one in dashboards)
    sections = "\n".join(
        f'<section id="{one.name}">\n{picture(one, data)}{_queries(one)}</section>'
        for one in dashboards
    )
    return PAGE.substitute(environment=here.environment, links=links, sections=sections)


def _chosen(page: str) -> tuple[Dashboard, ...]:
    if not page:
        return DASHBOARDS
    names = [one.name for one in DASHBOARDS]
    if page not in names:
        raise Refusal(f"unknown page {page!r}; known: {', '.join(names)}.")
    return (DASHBOARDS[names.index(page)],)


def _title(dashboard: Dashboard) -> str:
    return dashboard.title.partition(": ")[2]


def _queries(dashboard: Dashboard) -> str:
    rows = "\n".join(
        f"<tr><td>{escape(widget.title)}</td><td>{'<br>'.join(asked)}</td></tr>"
        for widget in dashboard.widgets()
        if (asked := [_asked(query) for line in widget.lines for query in line.queries])
    )
    return (
        "<details><summary>Queries of this page</summary>"
        f"<table><tr><th>widget</th><th>queries</th></tr>\n{rows}</table></details>\n"
    )


def _asked(query: object) -> str:
    return f"<code>{escape(str(query))}</code>"
