"""How a program of this repository says no."""


class Refusal(Exception):
    """One sentence for the user: what is wrong, where, and what to do.

    The command line prints it and exits with 1; nobody sees a traceback.
    """
