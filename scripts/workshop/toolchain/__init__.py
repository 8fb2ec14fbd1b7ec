"""Tools that check this repository and lock its dependencies."""
