"""Environment, team and names."""

from typing import Literal

from pydantic import Field

from scripts.values.blocks import Block, Object, Text


class Naming(Block):
    """Environment, team and names."""

    environment: str = Field(default="", examples=["nonprod"])
    """Name of the environment; `prod` switches on the checks for production."""
    tier: Literal["", "nonprod", "prod"] = Field(default="", examples=["prod"])
    """`prod` for the checks for production in an environment of another name."""
    team: str = Field(default="", examples=["finance"])
    """Name of the team that owns the release; a label of every object and pod."""
    global_: Object = Field(default={}, alias="global", examples=[{"region": "eu-1"}])
    """Values that Helm passes from a parent chart to its subcharts; this chart reads none."""
    fullname_override: str = Field(default="", examples=["finance-airflow"])
    """Name instead of `<release>-airflow`, which ServiceAccounts have; see useStandardNaming."""
    name_override: str = Field(default="", examples=["flow"])
    """Name instead of `airflow` in `<release>-airflow`; fullnameOverride wins."""
    use_standard_naming: bool = False
    """Name objects `<release>-airflow-…`, as Helm charts do; if false, `<release>-…`."""
    labels: Text = Field(default={}, examples=[{"example.com/cost-center": "42"}])
    """Labels of all objects and pods."""
