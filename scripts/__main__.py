"""`python -m scripts`: the application's commands, and the workshop's beside them."""

from scripts import workshop
from scripts.cli import main

workshop.join()
main()
