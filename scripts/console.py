"""The console for people: standard error, so that standard output stays readable for programs."""

from rich.console import Console

console = Console(stderr=True, highlight=False, soft_wrap=True)
