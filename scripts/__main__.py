"""`python3 -m scripts`: the application's commands, and the workshop's beside them."""

import importlib.util
import sys

from scripts import bootstrap

# On a Python without the packages of requirements.lock, continue in the environment that has them.
if importlib.util.find_spec("typer") is None:
    bootstrap.start("-m", "scripts", *sys.argv[1:])

from scripts import workshop
from scripts.cli import main

main(workshop.join)
