"""Values of a component, stated in the component's own file in scripts/values/components."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts.values.blocks import Block
from scripts.values.pods import PodSettings

# The official chart's name for a value that every one of its components has.
MOVED_OF_ALL = {"securityContext": "securityContexts.pod"}


@dataclass(frozen=True)
class Component:
    """The values of a component, found by the `key` of its row in files/components.yaml."""

    key: str
    values: type[PodSettings]
    # Further keys of the blocks `ports` and `ingress`.
    ports: type[Block] | None = None
    ingress: type[Block] | None = None
    # Values of the official chart, by path below the block: the path in this chart.
    moved: Mapping[str, str] = field(default_factory=dict)
    # The same below `ingress`.
    moved_ingress: Mapping[str, str] = field(default_factory=dict)
