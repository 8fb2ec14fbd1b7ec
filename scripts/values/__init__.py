"""The values model: the one source of values.yaml, the schemas and docs/values.md."""

from scripts.values.airflow import AirflowValues
from scripts.values.moved import MOVED
from scripts.values.team import TeamValues

__all__ = ["MOVED", "AirflowValues", "TeamValues"]
