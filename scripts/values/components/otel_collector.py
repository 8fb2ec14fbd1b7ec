"""The OpenTelemetry collector."""

from pydantic import Field

from scripts.values.blocks import Block, Image, Object, Resources, resources
from scripts.values.component import Component
from scripts.values.exposure import ScrapedService
from scripts.values.pods import Helper

METRICS = {
    "receivers": ["otlp"],
    "processors": ["memory_limiter", "batch"],
    "exporters": ["prometheus"],
}


class OtelCollector(Helper):
    """OpenTelemetry collector, which receives metrics and traces of Airflow by OTLP."""

    args: list[str] | None = ["--config=/etc/otel-collector/config.yaml"]
    """Arguments of the collector."""
    uid: int | None = 10001
    """User ID of the containers; null where the cluster assigns one (OpenShift)."""
    resources: Resources = resources("50m", "128Mi", "512Mi")
    """Requests and limits of the collector."""
    metrics: bool = True
    """Let Airflow send its metrics to the collector; statsd and datadog then must be off."""
    traces: bool = False
    """Let Airflow send its traces; `config.service.pipelines.traces` says where they go."""
    config: Object = Field(
        default={
            "processors": {
                "memory_limiter": {
                    "check_interval": "1s",
                    "limit_percentage": 80,
                    "spike_limit_percentage": 20,
                },
                "batch": {},
            },
            "service": {
                "telemetry": {"metrics": {"level": "none"}},
                "pipelines": {"metrics": METRICS},
            },
        },
        examples=[
            {
                "exporters": {"otlphttp": {"endpoint": "https://traces.example.com"}},
                "service": {
                    "pipelines": {
                        "traces": {
                            "receivers": ["otlp"],
                            "processors": ["memory_limiter", "batch"],
                            "exporters": ["otlphttp"],
                        }
                    }
                },
            }
        ],
    )
    """Configuration of the collector, over the receiver `otlp` and the exporter `prometheus`.

    It is in a ConfigMap: read secrets from variables of `env`, as `${env:NAME}`.
    """
    service: ScrapedService = ScrapedService()
    """Service of the collector."""


class Ports(Block):
    """Ports of the OpenTelemetry collector."""

    otel_ingest: int = 4318
    """TCP port on which the collector gets metrics and traces, by OTLP over HTTP."""
    otel_scrape: int = 8889
    """TCP port on which the collector serves metrics to Prometheus."""


class Images(Block):
    """Image of the OpenTelemetry collector."""

    otel_collector: Image = Image(repository="otel/opentelemetry-collector-contrib", tag="0.165.0")
    """Image of the OpenTelemetry collector."""


COMPONENT = Component(key="otelCollector", values=OtelCollector, ports=Ports, images=Images)
