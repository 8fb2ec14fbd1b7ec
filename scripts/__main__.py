"""`python -m scripts`: the commands of the application and of the workshop."""

from scripts import workshop
from scripts.cli import main

main(workshop.join)
