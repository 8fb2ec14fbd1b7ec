"""Ports, Ingresses and RBAC."""

from collections.abc import Iterable

from pydantic import Field, create_model

from scripts.values.blocks import Block, narrowed


class Rbac(Block):
    """Roles of the components."""

    create: bool = True
    """Create the Roles and RoleBindings that the components need."""
    create_scc_role_binding: bool = Field(default=False, alias="createSCCRoleBinding")
    """Allow the pods to run with their user IDs on OpenShift, by the SCC `nonroot-v2`."""


class Access(Block):
    """Ports, Ingresses and RBAC."""

    ports: Block = Block()
    """TCP ports on which components listen."""
    ingress: Block = Block()
    """Ingresses, by component."""
    rbac: Rbac = Rbac()
    """Roles of the components."""


def access_topic(ports: Iterable[type[Block]], ingresses: Iterable[type[Block]]) -> type[Access]:
    """The topic with the ports and Ingresses that the components state."""
    return narrowed(
        Access,
        ports=_joined("Ports", ports)(),
        ingress=_joined("Ingresses", ingresses)(),
    )


def _joined(name: str, parts: Iterable[type[Block]]) -> type[Block]:
    """One block with the keys of several, in their order."""
    # Pydantic takes the fields of the last base first.
    bases = tuple(reversed(list(parts))) or (Block,)
    return create_model(name, __base__=bases, __doc__=f"{name} of the components.")
