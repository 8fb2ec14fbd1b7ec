"""`python -m scripts`: the one command line."""

from scripts.cli import main

main()
