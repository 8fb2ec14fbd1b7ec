"""The error that a user is meant to read."""


class Refusal(Exception):
    """A sentence for the user: what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with 1.
    """
