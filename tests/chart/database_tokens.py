"""An issuer of tokens for tests: a token is the password of a user until the next one is made."""

import os
from itertools import count
from pathlib import Path

import psycopg2

_numbers = count(1)


def issue(host: str, port: int, user: str) -> str:
    """Return a new token; the last one is not valid any more."""
    made = f"{user}@{host}:{port}/{next(_numbers)}"
    connection = psycopg2.connect(os.environ["ISSUER_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'alter role "{user}" password %s', (made,))
    connection.close()
    with Path(os.environ["ISSUED"]).open("a") as log:
        log.write(f"{made}\n")
    return made
