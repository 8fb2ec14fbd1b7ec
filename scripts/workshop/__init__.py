"""The workshop: the local cluster, stand-in providers, benchmarks and tools of this repository.

The application does not need it.
"""


def join() -> None:
    """Add the workshop's commands to the command line, and its fallback to Terraform's sources."""
    from scripts.workshop import cli  # noqa: F401
