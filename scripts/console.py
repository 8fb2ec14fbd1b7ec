"""The console for messages: standard error, which leaves standard output to programs."""

from rich.console import Console

console = Console(stderr=True, highlight=False, soft_wrap=True)
