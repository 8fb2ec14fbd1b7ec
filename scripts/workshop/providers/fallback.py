"""The stand-ins as a fallback source of providers."""

from scripts.terraform.provider_sources import Fallback
from scripts.workshop.providers import allowed_environments, mirror
from scripts.workshop.providers.schema import providers

FALLBACK = Fallback(
    name="stand-ins",
    addresses=frozenset(providers()),
    environments=frozenset(allowed_environments.ALLOWED),
    variable=allowed_environments.VARIABLE,
    write=mirror.write,
)
