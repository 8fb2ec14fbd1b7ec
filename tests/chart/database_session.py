"""Connections of both engines of Airflow, with the arguments of the chart, in a process of its own.

The arguments are the URL and the name of the asynchronous arguments. Each engine connects twice;
the result is a JSON list: who is connected, and whether by TLS.
"""

import asyncio
import json
import sys

import chart_database
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

QUERY = text(
    "select current_user, (select ssl from pg_stat_ssl where pid = pg_backend_pid()),"
    " current_setting('application_name'), current_setting('search_path')"
)


def async_url(url: str) -> str:
    """Return the URL that Airflow derives (`_get_async_conn_uri_from_sync` in settings.py)."""
    scheme, rest = url.split(":", maxsplit=1)
    return f"{scheme.split('+')[0]}+asyncpg:{rest}"


def sync_answers(url: str) -> list[list]:
    engine = create_engine(url, connect_args=chart_database.SYNC, poolclass=NullPool)
    found = []
    for _ in range(2):
        with engine.connect() as connection:
            found.append(list(connection.execute(QUERY).one()))
    return found


async def async_answers(url: str, name: str) -> list[list]:
    arguments = getattr(chart_database, name)
    engine = create_async_engine(async_url(url), connect_args=arguments, poolclass=NullPool)
    found = []
    for _ in range(2):
        async with engine.connect() as connection:
            found.append(list((await connection.execute(QUERY)).one()))
    return found


def answer(act) -> list | str:
    """Return what an engine answers, or its error."""
    try:
        return act()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


url, name = sys.argv[1:]
print(
    json.dumps(
        {
            "sync": answer(lambda: sync_answers(url)),
            "async": answer(lambda: asyncio.run(async_answers(url, name))),
        }
    )
)
