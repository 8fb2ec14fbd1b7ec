import json

import pytest

from scripts.errors import Refusal
from scripts.workshop.bench import bench, report
from scripts.workshop.bench.catalogue import figures
from scripts.workshop.bench.figures import Bar, Figure, Measured
from scripts.workshop.bench.installing import usage_between
from scripts.workshop.bench.machine import Machine, busy_percent
from scripts.workshop.bench.timeline import states_of

HERE = Machine("a processor", 2, 24, "6.1")
PAGE = f"# Figures\n{report.BEGIN}\n{report.END}\nMore.\n"


def result(name: str, value: float, bar: float | None = 10.0) -> report.Result:
    """A figure with a result."""
    measured = Measured((value,))
    return report.Result(
        Figure(name, name, (Bar("time", "s", bar),), lambda _: measured, alone=False), measured
    )


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.name)
def test_each_figure_describes_its_measurement(figure):
    assert figure.how and figure.title and figure.bars


def test_an_unknown_figure_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match="unknown figure 'speed'; known: install, idle"):
        bench("speed")


def test_a_figure_is_measured_and_written(tmp_path):
    bench("render-bytes", tmp_path / "figures.json")
    (value,) = json.loads((tmp_path / "figures.json").read_text())["figures"]["render-bytes"][
        "values"
    ]
    assert value["reached"] is True


@pytest.mark.parametrize(
    ("value", "bar", "verdict"),
    [(9, 10, True), (11, 10, False), (11, None, None), (None, 10, False)],
)
def test_a_bar_is_an_upper_one(value, bar, verdict):
    assert report.reached(Bar("time", "s", bar), value) is verdict


def test_a_number_without_a_bar_cannot_miss_it():
    assert result("slowest", 1000, bar=None).is_reached


def test_the_document_keeps_figures_that_were_not_measured_again(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    report.document([result("one", 1.0), result("two", 2.0)], HERE, page)
    report.document([result("two", 22.0)], HERE, page)
    assert "| 1.0 s | ≤ 10.0 s | reached |" in page.read_text()
    assert "| 22.0 s | ≤ 10.0 s | **missed** |" in page.read_text()


def test_the_document_drops_figures_of_another_machine(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    report.document([result("one", 1.0)], Machine("another", 64, 512, "6.1"), page)
    report.document([result("two", 2.0)], HERE, page)
    assert "`one`" not in page.read_text()


def test_a_document_without_markers_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Figures\n")
    with pytest.raises(Refusal, match="lacks the markers of the table"):
        report.document([result("one", 1.0)], HERE, page)


def test_cpu_is_the_usage_between_two_samples_by_the_kubelets_clock():
    look = {"cpu": {"scheduler": ("2026-01-01T00:00:00Z", 10**9)}, "memory": 100 * 2**20}
    later = {"cpu": {"scheduler": ("2026-01-01T00:01:40Z", 6 * 10**9)}, "memory": 2**20}
    pod = "airflow-scheduler-abc"
    assert usage_between("scheduler", {pod: look}, {pod: later}) == {"MiB": 100, "m": 50}


def test_a_pod_is_ready_after_its_containers_have_started():
    pod = {
        "status": {
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": "False"},
            ],
            "initContainerStatuses": [{"state": {"terminated": {}}}],
            "containerStatuses": [{"state": {"running": {}}, "restartCount": 1}],
        }
    }
    assert states_of(pod) == [
        *("scheduled", "init started", "init ended", "main started", "main restarted")
    ]


def test_the_use_of_a_machine_is_at_most_all_of_it():
    assert 0 <= busy_percent(0.1) <= 100
