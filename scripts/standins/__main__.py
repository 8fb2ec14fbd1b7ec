"""`python -m scripts.standins hashicorp/helm`: what a plugin folder starts as a provider."""

import importlib
import sys

from scripts.standins import ground
from scripts.standins.provider import Servicer
from scripts.standins.schema import providers
from scripts.standins.server import serve
from scripts.standins.values import Values


def main(address: str) -> None:
    """Serve the stand-in for the provider of this address."""
    provider = providers()[address]

    def configure(config: Values):
        ground.check(address)
        # Terraform starts a provider eight times in one apply, mostly for its schema alone.
        return importlib.import_module(f"scripts.standins.{provider.name}").resources(config)

    serve(Servicer(provider, configure))


main(sys.argv[1])
