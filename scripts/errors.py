"""The error for users."""


class Refusal(Exception):
    """A sentence for the user: what is wrong, where, and how to fix it.

    The command line prints it without a traceback and exits with 1.
    """
