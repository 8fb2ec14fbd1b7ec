"""Queries of metrics, made of their parts; who writes one by hand forgets its scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.datadog.metrics import METRICS, unit_of

# The template variables of every dashboard, and the tags that they choose among.
SCOPE = ("$env", "$service", "$team", "$version")
# Of what the agent and AWS send, which know neither our team nor our version.
CLUSTER_SCOPE = ("$env", "kube_namespace:airflow-*")


@dataclass(frozen=True)
class Query:
    """`aggregator:metric{scope} by {groups}`, and what is done with it."""

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
    """How often a counter of Airflow was counted."""
    return Query("sum", METRICS[name].query_name, (*SCOPE, *scope), tuple(by), ".as_count()")


def gauge(name: str, *scope: str, aggregator: str = "max", by: Iterable[str] = ()) -> Query:
    """A gauge of Airflow; two schedulers tell the same of pools, so nobody adds those up."""
    return Query(aggregator, METRICS[name].query_name, (*SCOPE, *scope), tuple(by))


def time(name: str, aggregate: str = "95percentile", *scope: str, by: Iterable[str] = ()) -> Query:
    """A time of Airflow, by what the agent makes of its histogram."""
    aggregator = "avg" if aggregate == "avg" else "max"
    query_name = f"{METRICS[name].query_name}.{aggregate}"
    return Query(aggregator, query_name, (*SCOPE, *scope), tuple(by))


def other(
    name: str, *scope: str, aggregator: str = "sum", by: Iterable[str] = (), modifier: str = ""
) -> Query:
    """A metric that is not Airflow's, with a scope of its own."""
    return Query(aggregator, name, tuple(scope), tuple(by), modifier)
