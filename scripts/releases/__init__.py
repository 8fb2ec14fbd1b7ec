"""Releases as data: every team of every environment, and the layers of values that make each."""

from scripts.releases.discovery import NAME, Release, find, releases
from scripts.releases.environment import Environment
from scripts.releases.listing import show

__all__ = ["NAME", "Environment", "Release", "find", "releases", "show"]
