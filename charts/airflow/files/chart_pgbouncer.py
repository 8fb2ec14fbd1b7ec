"""Arguments of Airflow's asynchronous connections when they go through PgBouncer.

PgBouncer gives each transaction any connection to the database: a prepared statement is gone with
the next one, and its name may be taken by another client.
"""

from uuid import uuid4

ASYNC = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__",
}
