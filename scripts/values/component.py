"""Values of a component, stated in the component's own file in scripts/values/components."""

from dataclasses import dataclass

from scripts.values.blocks import Block
from scripts.values.pods import PodSettings


@dataclass(frozen=True)
class Component:
    """The values of a component, found by the `key` of its row in files/components.yaml."""

    key: str
    values: type[PodSettings]
    # Further keys of the blocks `ports`, `ingress` and `images`.
    ports: type[Block] | None = None
    ingress: type[Block] | None = None
    images: type[Block] | None = None
