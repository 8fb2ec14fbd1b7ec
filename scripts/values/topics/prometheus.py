"""Objects of the Prometheus operator."""

from pydantic import Field

from scripts.values.blocks import Block, Object, Text


class Monitor(Block):
    """Monitors."""

    enabled: bool = False
    """Create a monitor for `statsd`, `otelCollector` and `pgbouncer`.

    It needs the Prometheus operator.
    """
    labels: Text = Field(default={}, examples=[{"release": "kube-prometheus-stack"}])
    """Labels of the monitors, by which a Prometheus selects them."""
    endpoint: Object = Field(default={}, examples=[{"interval": "30s", "scrapeTimeout": "10s"}])
    """Fields of their endpoint, as the Prometheus operator defines them, such as `interval`."""


class PrometheusRule(Block):
    """PrometheusRule."""

    enabled: bool = False
    """Create a PrometheusRule with alerts on the metrics of `statsd`."""
    labels: Text = Field(default={}, examples=[{"release": "kube-prometheus-stack"}])
    """Labels of the PrometheusRule, by which a Prometheus selects it."""
    groups: list[Object] = Field(
        default=[],
        examples=[
            [
                {
                    "name": "mine",
                    "rules": [{"alert": "NoPool", "expr": "absent(airflow_pool_open_slots)"}],
                }
            ]
        ],
    )
    """Groups of rules beside those of the chart (charts/airflow/files/alerts.yaml)."""


class Prometheus(Block):
    """Objects of the Prometheus operator."""

    service_monitor: Monitor = Monitor()
    """ServiceMonitors of the components that serve metrics."""
    pod_monitor: Monitor = Monitor()
    """PodMonitors of the same, for a Prometheus that selects no ServiceMonitors."""
    rule: PrometheusRule = PrometheusRule()
    """PrometheusRule with alerts about Airflow."""


class Monitoring(Block):
    """Prometheus."""

    prometheus: Prometheus = Prometheus()
    """Objects of the Prometheus operator, which the cluster must have."""
