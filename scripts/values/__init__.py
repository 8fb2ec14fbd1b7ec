"""The values model: the source of values.yaml, the schemas and docs/values.md.

The model reads two hand-written files of the chart, files/components.yaml and files/secrets.yaml:
they list the parts of the chart. Everything that is generated into the chart follows from them
and from this package.
"""

from scripts.values.airflow import values_model
from scripts.values.rows import replicated_keys
from scripts.values.team import TeamValues

AirflowValues = values_model()

__all__ = [
    "AirflowValues",
    "TeamValues",
    "replicated_keys",
    "values_model",
]
