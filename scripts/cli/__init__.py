"""The command line of the application; the workshop adds its commands to it in `__main__`."""

from scripts.cli import environments, files, releases
from scripts.cli.app import app, main

__all__ = ["app", "environments", "files", "main", "releases"]
