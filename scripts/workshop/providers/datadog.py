"""Dashboards, monitors and service levels for the stand-in of datadog/datadog.

Without a Datadog API it only keeps state, so it serves tests only.
"""

from collections.abc import Mapping

from scripts.workshop.providers.resource import Resource
from scripts.workshop.providers.schema import providers
from scripts.workshop.providers.state_only import remembered
from scripts.workshop.providers.values import Values


def resources(config: Values) -> Mapping[str, Resource]:
    """Return the implementation of each resource type."""
    return remembered(providers()["datadog/datadog"])
