"""The interface of a resource type, and its errors."""

from typing import Protocol

from scripts.workshop.providers.values import Values


class Failure(Exception):
    """An error for Terraform to show: a summary, and the original message."""

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail


class Resource(Protocol):
    """The implementation of a resource type."""

    def read(self, state: Values) -> Values | None:
        """Return the current state; None when the object does not exist."""

    def settled(self, planned: Values) -> Values:
        """Return the computed values that are known before an apply."""

    def create(self, planned: Values) -> Values:
        """Create the object."""

    def update(self, prior: Values, planned: Values) -> Values:
        """Update the object."""

    def delete(self, state: Values) -> None:
        """Delete the object; it may be gone already."""

    def stop(self) -> None:
        """Interrupt running operations, after Ctrl-C."""
