"""Dashboards, monitors and service levels for the stand-in of datadog/datadog: there is no Datadog
for it to act on, so it serves tests only."""

from collections.abc import Mapping

from scripts.standins.remembered import remembered
from scripts.standins.resource import Resource
from scripts.standins.schema import providers
from scripts.standins.values import Values


def resources(config: Values) -> Mapping[str, Resource]:
    """What answers for each resource type."""
    return remembered(providers()["datadog/datadog"])
