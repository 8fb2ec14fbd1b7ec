"""The model of all values of a chart, made from its components, its secrets and the topics."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, create_model
from pydantic.alias_generators import to_snake

from scripts.paths import CHART
from scripts.values.blocks import Block
from scripts.values.component import Component
from scripts.values.components import component_of
from scripts.values.row_names import refuse_taken_keys, refuse_unknown_names
from scripts.values.rows import ComponentRow, component_rows, secret_rows
from scripts.values.topics.access import access_topic
from scripts.values.topics.database import Database
from scripts.values.topics.datadog import Datadog
from scripts.values.topics.extras import Extras
from scripts.values.topics.images import images_topic
from scripts.values.topics.kerberos import Kerberos
from scripts.values.topics.logs import Logs
from scripts.values.topics.naming import Naming
from scripts.values.topics.network import network_topic
from scripts.values.topics.pods import Pods
from scripts.values.topics.prometheus import Monitoring
from scripts.values.topics.secrets import secrets_topic
from scripts.values.topics.settings import Settings
from scripts.values.topics.storage import Storage
from scripts.values.topics.tasks import Tasks


def values_model(chart: Path = CHART) -> type[Block]:
    """The model of a chart's values, with a block for each component in its components.yaml.

    Its bases are the topics, the last one first, since Pydantic takes their fields in that order.
    """
    rows, secrets = component_rows(chart), secret_rows(chart)
    components = components_of(rows)
    topics = [
        Naming,
        images_topic(one.images for one in components if one.images),
        Settings,
        Database,
        secrets_topic(row.name for row in secrets),
        Tasks,
        Storage,
        Logs,
        Kerberos,
        Pods,
        access_topic(
            (one.ports for one in components if one.ports),
            (one.ingress for one in components if one.ingress),
        ),
        # A pod that a task launches has the policies of task pods.
        network_topic(name for name, row in rows.items() if row.kind != "LaunchedPod"),
        Datadog,
        Monitoring,
        Extras,
        _components_topic(components),
    ]
    *others, _ = topics
    taken = {field.alias for topic in others for field in topic.model_fields.values()}
    refuse_taken_keys((one.key for one in components), taken, chart)
    model = create_model(
        "AirflowValues", __base__=tuple(reversed(topics)), __doc__="All values of the chart."
    )
    refuse_unknown_names(rows, secrets, model, chart)
    return model


def topics_of(model: type[Block]) -> list[type[Block]]:
    """The topics of a chart's values, in their order in values.yaml."""
    return [base for base in reversed(model.__bases__) if issubclass(base, Block)]


def components_of(rows: Mapping[str, ComponentRow]) -> list[Component]:
    """The components with values; of several rows with one block, the first one is used."""
    found: dict[str, Component] = {}
    for name, row in rows.items():
        if row.key not in found:
            found[row.key] = component_of(name, row)
    return list(found.values())


def _components_topic(components: list[Component]) -> type[Block]:
    """The topic with a block for each component."""
    fields: dict[str, Any] = {
        to_snake(one.key): (
            one.values,
            Field(default=one.values(), alias=one.key, description=one.values.__doc__),
        )
        for one in components
    }
    return create_model("Components", __base__=Block, __doc__="Components.", **fields)
