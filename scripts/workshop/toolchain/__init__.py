"""The tools that check and lock this repository."""
