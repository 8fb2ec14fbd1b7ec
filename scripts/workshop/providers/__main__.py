"""`python -m scripts.workshop.providers hashicorp/helm`: a provider that Terraform starts."""

import importlib
import sys

from scripts.workshop.providers import allowed_environments
from scripts.workshop.providers.provider import Servicer
from scripts.workshop.providers.schema import providers
from scripts.workshop.providers.server import serve
from scripts.workshop.providers.values import Values


def main(address: str) -> None:
    """Serve the stand-in for the provider with this address."""
    provider = providers()[address]

    def configure(config: Values):
        allowed_environments.check(address)
        # Imported late: an apply starts a provider eight times, mostly for its schema.
        return importlib.import_module(f"scripts.workshop.providers.{provider.name}").resources(
            config
        )

    serve(Servicer(provider, configure))


main(sys.argv[1])
