"""Captured metrics of Airflow, compared with the table that dashboards and monitors use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.datadog.metrics import COMMON, METRICS, PREFIX, Metric
from scripts.workshop.metrics.listener import Sample

# Plausible seconds for the median of a time, even on a slow machine; in another unit it would be
# far outside.
PLAUSIBLE = {
    "scheduler.scheduler_loop_duration": (0.003, 10),
    "kubernetes_executor.pod_creation": (0.001, 3),
    "kubernetes_executor.pod_deletion": (0.001, 3),
    "dag_processing.last_duration": (0.05, 60),
    "task.duration": (0.05, 600),
    "dagrun.duration.success": (1, 900),
}


@dataclass(frozen=True)
class Capture:
    """All values of a run, by metric."""

    values: Mapping[str, tuple[Sample, ...]]

    @classmethod
    def of(cls, found: Iterable[Sample]) -> "Capture":
        values: dict[str, list[Sample]] = defaultdict(list)
        for sample in found:
            values[sample.name.removeprefix(PREFIX)].append(sample)
        return cls({name: tuple(those) for name, those in values.items()})

    def missing(self) -> set[str]:
        """Return metrics that a run of the examples should have sent, but did not."""
        return {one.name for one in METRICS.values() if not one.unseen} - self.values.keys()

    def untagged(self) -> dict[str, set[str]]:
        """Return tags for groups or filters that a value of the metric lacks."""
        return {
            one.name: lacking
            for one in self._known()
            if (lacking := _lacking(one, self.values[one.name]))
        }

    def mistyped(self) -> dict[str, set[str]]:
        """Return metrics whose type differs from the table."""
        return {
            one.name: types
            for one in self._known()
            if (types := {sample.type for sample in self.values[one.name]}) != {one.kind.type}
        }

    def implausible(self) -> dict[str, float]:
        """Return times whose median is not plausible in their unit."""
        found = {}
        for name, (low, high) in PLAUSIBLE.items():
            values = sorted(sample.value for sample in self.values.get(name, ()))
            if values:
                seconds = values[len(values) // 2] / METRICS[name].per_second
                if not low <= seconds <= high:
                    found[name] = seconds
        return found

    def with_ids(self, ids: Iterable[str]) -> set[str]:
        """Return metrics with an id in their name: legacy ones, one per Dag and task."""
        return {name for name in self.values if any(one in name.split(".") for one in ids)}

    def _known(self) -> list[Metric]:
        return [METRICS[name] for name in sorted(self.values.keys() & METRICS.keys())]


def _lacking(metric: Metric, values: Iterable[Sample]) -> set[str]:
    wanted = {*COMMON, *metric.tags}
    return {tag for sample in values for tag in wanted - sample.tags.keys()}
