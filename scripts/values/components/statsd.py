"""The StatsD exporter."""

from pydantic import Field

from scripts.values.blocks import Block, Image, Object, Resources, Text, resources
from scripts.values.component import Component
from scripts.values.exposure import IngressRule, ScrapedService
from scripts.values.pods import Helper


class Cache(Block):
    """Cache of the StatsD exporter."""

    size: int = 1000
    """Number of names whose mapping the exporter remembers."""
    type: str = "lru"
    """Names that a full cache forgets: lru (the least recently used) or random ones."""
    ttl: str = "0s"
    """Time after which a metric that is not sent any more disappears; 0s means never."""


class Statsd(Helper):
    """StatsD exporter, which turns the metrics that Airflow sends into those of Prometheus."""

    args: list[str] | None = ["--statsd.mapping-config=/etc/statsd-exporter/mappings.yml"]
    """Arguments of the exporter, after those of its cache."""
    resources: Resources = resources("50m", "64Mi", "256Mi")
    """Requests and limits of the exporter."""
    termination_grace_period_seconds: int | None = 30
    """Seconds between SIGTERM and SIGKILL when the pod is stopped."""
    cache: Cache = Cache()
    """Cache of the exporter."""
    extra_mappings: list[Object] = Field(
        default=[],
        examples=[[{"match": "airflow.mine.*", "name": "mine", "labels": {"part": "$1"}}]],
    )
    """Mappings of names, after those of the chart."""
    override_mappings: list[Object] = Field(
        default=[], examples=[[{"match": "airflow.*.*", "name": "airflow", "labels": {"a": "$1"}}]]
    )
    """Mappings of names, instead of those of the chart."""
    config_map_annotations: Text = {}
    """Annotations of the ConfigMap with the mappings."""
    service: ScrapedService = ScrapedService()
    """Service of the exporter."""


class Ports(Block):
    """Ports of the StatsD exporter."""

    statsd_ingest: int = 9125
    """UDP port on which the StatsD exporter gets metrics."""
    statsd_scrape: int = 9102
    """TCP port on which the StatsD exporter serves them to Prometheus."""


class Ingress(Block):
    """Ingress of the StatsD exporter."""

    statsd: IngressRule = IngressRule(path="/metrics")
    """Ingress of the metrics that the StatsD exporter serves."""


class Images(Block):
    """Image of the StatsD exporter."""

    statsd: Image = Image(repository="quay.io/prometheus/statsd-exporter", tag="v0.28.0")
    """Image of the StatsD exporter."""


COMPONENT = Component(key="statsd", values=Statsd, ports=Ports, ingress=Ingress, images=Images)
