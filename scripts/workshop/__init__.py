"""What this repository's own machines need, and the application does not: the local cluster,
stand-in providers, benchmarks, the toolchain."""


def join() -> None:
    """Add the workshop's commands to the command line, and its providers to Terraform's sources."""
    from scripts.workshop import cli  # noqa: F401
