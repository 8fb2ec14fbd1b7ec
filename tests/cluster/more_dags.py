"""Dags of the tests, added to the examples temporarily."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.airflow import Airflow
from tests.cluster.waiting import wait_until

CONFIG_MAP = "example-dags"
DAGS = Path(__file__).parent / "dags"


@contextmanager
def more_dag(airflow: Airflow, dag: str, **data: str) -> Iterator[str]:
    """Add a Dag of tests/cluster/dags to the release, and remove it afterwards.

    `data` are JSON files in the same folder: name -> content.
    """
    file = f"{dag}.py"
    files = {f"{name}.json": text for name, text in data.items()}
    files[file] = (DAGS / file).read_text()
    _set(airflow, files)
    try:
        _read_again(airflow)
        wait_until(lambda: dag in airflow.api.dags(), 120, lambda: f"no {dag}: {_why(airflow)}")
        yield dag
    finally:
        _set(airflow, dict.fromkeys(files))
        _read_again(airflow)
        airflow.api.forget(dag)
        airflow.wait_until_healthy()


def _set(airflow: Airflow, files: Mapping[str, str | None]) -> None:
    """Write files of the ConfigMap in both namespaces, or remove them."""
    for namespace in (airflow.main, airflow.tasks):
        namespace.core.patch_namespaced_config_map(CONFIG_MAP, namespace.name, {"data": files})


def _read_again(airflow: Airflow) -> None:
    """Replace the dag-processor: a running pod would see new files a minute or more later."""
    airflow.main.delete_pods(airflow.main.pods("dag-processor"))
    airflow.main.ready_pod("dag-processor")


def _why(airflow: Airflow) -> str:
    return "; ".join(airflow.api.import_errors()) or "no import errors"
