"""Exit with 0 if the job of this pod has sent a heartbeat lately, else with 1 and the reason.

The result is that of `airflow jobs check --local`, at a fortieth of the cost: the program does not
import Airflow. The limit of 30 s is that of Airflow's own health checks.
"""

import os
import re
import socket
import sys

import psycopg2

QUERY = """
    select extract(epoch from now() - max(latest_heartbeat)) from job
    where job_type = %s and state = 'running' and hostname = any(%s)
"""
THRESHOLD_SECONDS = 30
URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"


def names() -> list[str]:
    """Return the names of this pod that Airflow's functions for core.hostname_callable give."""
    host = socket.gethostname()
    try:
        return [host, socket.getfqdn(), socket.gethostbyname(host)]
    except OSError:
        return [host]


def main(job_type: str) -> int:
    if URL not in os.environ:
        print(f"{URL} is not set: set it, or set another probe with livenessProbe.command.")
        return 1
    url = os.environ[URL]
    url = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)
    try:
        with psycopg2.connect(url, connect_timeout=5) as connection, connection.cursor() as cursor:
            cursor.execute(QUERY, (job_type, names()))
            age = cursor.fetchone()[0]
    except psycopg2.Error as error:
        print(str(error).strip().splitlines()[0])
        return 1
    if age is None:
        print(f"The database has no running {job_type} of {socket.gethostname()}.")
        return 1
    if age > THRESHOLD_SECONDS:
        host = socket.gethostname()
        print(f"The {job_type} of {host} has not sent a heartbeat for {age:.0f} s.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
