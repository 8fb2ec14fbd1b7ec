"""The programs of this repository: the application, and the workshop for developing it."""
