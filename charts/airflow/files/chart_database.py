"""Arguments of Airflow's connections to its database: `sql_alchemy_connect_args` and `…_async`.

Airflow makes the URL of the asynchronous engine of the other one by another driver, asyncpg, which
does not know the parameters of libpq in a URL, such as `sslmode`. The asynchronous arguments hand
them over as asyncpg reads them. With a function in TOKEN, each connection without a password gets
a new token as its password. Drivers of MySQL need no such arguments. The program imports no driver
until it connects.
"""

import importlib
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

# The function that makes a token of host, port and user, as `module.function`; empty without one.
TOKEN = os.environ.get("AIRFLOW_CHART_DATABASE_TOKEN", "")
URL = os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")

# Parameters of libpq that asyncpg itself reads in a URL.
TLS = {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword", "sslnegotiation"}
OTHERS = {"target_session_attrs", "krbsrvname", "gsslib", "passfile", "service", "servicefile"}
# Parameters that only libpq has.
DROPPED = {"channel_binding", "gssencmode", "keepalives", "keepalives_count", "keepalives_idle"}
DROPPED |= {"keepalives_interval", "require_auth", "tcp_user_timeout", "sslcompression", "sslsni"}
# Settings of the server, which libpq also sends at the start.
SETTINGS = {"application_name", "options", "client_encoding"}


def translated(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments of asyncpg for those that SQLAlchemy makes of a URL for libpq."""
    known = TLS | OTHERS
    found = {k: v for k, v in given.items() if k not in known | DROPPED | SETTINGS}
    parameters = {k: v for k, v in given.items() if k in known}
    if parameters:
        # SQLAlchemy has read host and user; asyncpg takes these from the URL only.
        found["dsn"] = f"postgresql://?{urlencode(parameters)}"
    if settings := {k: str(v) for k, v in given.items() if k in SETTINGS}:
        found["server_settings"] = settings | dict(given.get("server_settings") or {})
    if "connect_timeout" in found:
        found["timeout"] = float(found.pop("connect_timeout"))
    return found


async def connect(*arguments: Any, **given: Any) -> Any:
    """Return a connection of asyncpg."""
    import asyncpg

    return await asyncpg.connect(*arguments, **translated(given))


# PgBouncer gives each transaction any connection to the database: a prepared statement is gone with
# the next one, and its name may be taken by another client.
POOLED = {
    "async_creator_fn": connect,
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__",
}
ASYNC: dict[str, Any] = {} if URL.startswith("mysql") else {"async_creator_fn": connect}
SYNC: dict[str, Any] = {}


@cache
def _client(region: str | None) -> Any:
    import boto3

    return boto3.client("rds", region_name=region)


def rds(host: str, port: int, user: str) -> str:
    """Return a token for a database of Amazon RDS, which is valid for 15 minutes."""
    region = re.search(r"\.([a-z0-9-]+)\.rds\.amazonaws\.com", host)
    client = _client(region.group(1) if region else None)
    return client.generate_db_auth_token(DBHostname=host, Port=port, DBUsername=user)


def token(host: str, port: int, user: str) -> str:
    """Return a new token of the function in TOKEN."""
    module, _, name = TOKEN.rpartition(".")
    make: Callable[[str, int, str], str] = getattr(importlib.import_module(module), name)
    return make(host, port, user)


def add_token(_dialect: Any, _record: Any, _arguments: Any, given: dict[str, Any]) -> None:
    """Give a connection to Airflow's database a token; other databases keep what they have."""
    from sqlalchemy.engine import make_url

    ours = make_url(URL)
    place = (given.get("host"), given.get("user"))
    if place == (ours.host, ours.username) and not given.get("password"):
        given["password"] = token(ours.host or "", int(given.get("port") or 5432), place[1] or "")


def add_tokens() -> None:
    """Give each new connection of both engines a token."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, "do_connect", add_token)


# Airflow imports this module for its arguments, before it makes its engines.
if TOKEN:
    add_tokens()
