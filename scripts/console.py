"""The console for messages: standard error, because programs read standard output."""

from rich.console import Console

console = Console(stderr=True, highlight=False, soft_wrap=True)
