"""Queries of metrics, built from their parts, so that none lacks its scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.datadog.metrics import METRICS, unit_of

# The template variables of every dashboard, and their tags.
SCOPE = ("$env", "$service", "$team", "$version")
# For metrics of the agent, which have no tag for the version. The team is a label of namespaces.
CLUSTER_SCOPE = ("$env", "$team", "kube_namespace:airflow-*")


@dataclass(frozen=True)
class Query:
    """A query `aggregator:metric{scope} by {groups}` with its functions."""

    aggregator: str
    name: str
    scope: tuple[str, ...]
    by: tuple[str, ...] = ()
    modifier: str = ""

    def __str__(self) -> str:
        groups = f" by {{{','.join(self.by)}}}" if self.by else ""
        scope = ",".join(self.scope)
        return f"{self.aggregator}:{self.name}{{{scope}}}{groups}{self.modifier}"

    @property
    def unit(self) -> str:
        return unit_of(self.name)


def count(name: str, *scope: str, by: Iterable[str] = ()) -> Query:
    """Return the count of a counter of Airflow, or of the times that a histogram has."""
    metric = METRICS[name]
    query_name = f"{metric.query_name}.count" if metric.kind.is_histogram else metric.query_name
    return Query("sum", query_name, (*SCOPE, *scope), tuple(by), ".as_count()")


def gauge(name: str, *scope: str, aggregator: str = "max", by: Iterable[str] = ()) -> Query:
    """Return a gauge of Airflow; no sum, since two schedulers send the same values of pools."""
    return Query(aggregator, METRICS[name].query_name, (*SCOPE, *scope), tuple(by))


def time(name: str, aggregate: str = "95percentile", *scope: str, by: Iterable[str] = ()) -> Query:
    """Return a time of Airflow, by an aggregate of its histogram."""
    aggregator = "avg" if aggregate == "avg" else "max"
    query_name = f"{METRICS[name].query_name}.{aggregate}"
    return Query(aggregator, query_name, (*SCOPE, *scope), tuple(by))


def other(
    name: str, *scope: str, aggregator: str = "sum", by: Iterable[str] = (), modifier: str = ""
) -> Query:
    """Return a metric of another sender, with its own scope."""
    return Query(aggregator, name, tuple(scope), tuple(by), modifier)
