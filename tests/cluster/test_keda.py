"""Queries of KEDA, run by the database of a release on copies of Airflow's own tables."""

import json

from tests.chart.keda import CASES, expected, queries, rows
from tests.cluster.airflow import Airflow
from tests.conftest import Render

# The tables of the session hide those of Airflow, have all their columns, and vanish with it.
ASK = """
import json, os, sys
import psycopg2
url = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")
answers = []
for case in json.loads(sys.argv[1]):
    connection = psycopg2.connect(url)
    cursor = connection.cursor()
    for table in ("task_instance", "trigger"):
        cursor.execute(f"create temporary table {table} as table public.{table} with no data")
    for statement, parameters in case["rows"]:
        cursor.execute(statement, parameters)
    found = {}
    for name, query in case["queries"].items():
        cursor.execute(query)
        [[value]] = cursor.fetchall()
        found[name] = float(value)
    answers.append(found)
    connection.close()
print(json.dumps(answers))
"""


def test_queries_ask_for_the_pods_that_the_work_needs(airflow: Airflow, render: Render) -> None:
    asked = [queries(render, case) for case in CASES]
    cases = [
        {"queries": queries, "rows": list(rows(case))}
        for queries, case in zip(asked, CASES, strict=True)
    ]
    pod = airflow.main.ready_pod("scheduler")
    answers = json.loads(airflow.main.run(pod, "python", "-c", ASK, json.dumps(cases)))
    assert answers == [expected(case, one) for case, one in zip(CASES, asked, strict=True)]
