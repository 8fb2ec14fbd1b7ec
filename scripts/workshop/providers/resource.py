"""What a stand-in does for one resource type, and how it says that it could not."""

from typing import Protocol

from scripts.workshop.providers.values import Values


class Failure(Exception):
    """An error for Terraform to show: what failed, and the words of who refused."""

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail


class Resource(Protocol):
    """One resource type against the real thing."""

    def read(self, state: Values) -> Values | None:
        """The state as the cluster has it now; None when the object is gone."""

    def settled(self, planned: Values) -> Values:
        """The computed values that are known before an apply."""

    def create(self, planned: Values) -> Values:
        """Make the object."""

    def update(self, prior: Values, planned: Values) -> Values:
        """Change the object."""

    def delete(self, state: Values) -> None:
        """Remove the object; no error when it is gone already."""

    def stop(self) -> None:
        """Break off what runs: somebody pressed Ctrl-C."""
