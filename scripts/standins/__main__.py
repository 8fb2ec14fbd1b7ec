"""`python -m scripts.standins hashicorp/helm`: what a plugin folder starts as a provider."""

import sys

from scripts.standins import ground, helm, kubernetes
from scripts.standins.provider import Servicer
from scripts.standins.schema import providers
from scripts.standins.server import serve
from scripts.standins.values import Values

RESOURCES = {"hashicorp/helm": helm.resources, "hashicorp/kubernetes": kubernetes.resources}


def main(address: str) -> None:
    """Serve the stand-in for the provider of this address."""

    def configure(config: Values):
        ground.check(address)
        return RESOURCES[address](config)

    serve(Servicer(providers()[address], configure))


main(sys.argv[1])
