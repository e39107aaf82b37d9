"""Metrics of the whole installation for Prometheus; every machine answers with the same, except for its disk."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Count, Min, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from playground.core.files import disk
from playground.core.metrics import BUCKETS
from playground.gateway.models import ACTIVE_STATES, ImageCall, KeyDay
from playground.imageapi.pricing import beijing_day
from playground.runs.models import Run, State, Tally
from playground.runs.worker import claims
from playground.runs.worker.supervisor import WAITING_FILES_METRIC

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
# Counters of core.metrics: exported name, help text, labels, and the divisor for the exported unit.
_COUNTERS: Final = {
    "runs": ("playground_runs_ended", "Runs that ended.", ("api", "endpoint", "state", "code"), 1),
    "pictures": ("playground_pictures", "Images that runs received.", ("api", "endpoint"), 1),
    "micro_usd": ("playground_usd", "Cost of runs, in US dollars.", ("api", "endpoint"), 1_000_000),
    "api_calls": ("playground_api_calls", "Requests to the built-in API.", ("endpoint", "status", "code"), 1),
}
_SECONDS: Final = "upstream_seconds"
_LABELS: Final = ("api", "endpoint")


def prometheus_text(now: datetime) -> bytes:
    """Return all metrics at the time `now` in the text format."""
    registry = CollectorRegistry()
    registry.register(_InstallationCollector(now))
    return generate_latest(registry)


class _InstallationCollector(Collector):
    def __init__(self, now: datetime) -> None:
        self._time = now

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        yield _gauge("playground_info", "The running version.", 1, version=settings.VERSION)
        yield from _disk()
        yield from self._now()
        yield from self._today()
        tallies = _tallies()
        for kind, (name, about, labels, unit) in _COUNTERS.items():
            counter = CounterMetricFamily(name, about, labels=labels)
            for values, value in tallies[kind]:
                counter.add_metric([values.get(label, "") for label in labels], value / unit)
            yield counter
        yield _histogram(tallies)
        unsent = sum(value for _, value in tallies[WAITING_FILES_METRIC])
        yield _gauge("playground_unsent_files", "Files waiting on machines' disks for the image storage.", unsent)

    def _now(self) -> Iterator[Metric]:
        counts = dict(Run.objects.order_by().values_list("state").annotate(Count("pk")))
        runs = GaugeMetricFamily("playground_runs", "Stored runs, by state.", labels=["state"])
        for state in State.values:
            runs.add_metric([state], counts.get(state, 0))
        yield runs
        first = Run.objects.filter(state=State.QUEUED).aggregate(oldest=Min("created_at"))["oldest"]
        age = (self._time - first).total_seconds() if first else 0
        yield _gauge(
            "playground_queue_age_seconds", "How long the oldest waiting run has waited, in seconds.", max(0, age)
        )
        alive = claims.is_any_worker_alive(self._time)
        yield _gauge("playground_runner_alive", "Whether any worker can execute runs.", int(alive))
        working = ImageCall.objects.filter(state__in=ACTIVE_STATES, leased_until__gt=self._time).count()
        yield _gauge("playground_api_calls_open", "Requests to the built-in API in progress.", working)

    def _today(self) -> Iterator[Metric]:
        used = KeyDay.objects.filter(date=beijing_day(self._time)).aggregate(
            images=Sum("images"), money=Sum("spent_micro_usd")
        )
        about = "%s by the built-in API since 00:00 Beijing time."
        yield _gauge("playground_api_pictures_today", about % "Images delivered", used["images"] or 0)
        yield _gauge("playground_api_usd_today", about % "US dollars charged", (used["money"] or 0) / 1_000_000)


def _disk() -> Iterator[Metric]:
    """Yield the disk metrics of this machine."""
    used = GaugeMetricFamily(
        "playground_disk_used_bytes", "Bytes used on this machine's disk, by kind.", labels=["what"]
    )
    for part, size in disk.used_bytes().items():
        used.add_metric([part], size)
    yield used
    yield _gauge("playground_disk_free_bytes", "Free bytes on this machine's disk.", disk.free_bytes())


def _gauge(name: str, about: str, value: float, **labels: str) -> Metric:
    gauge = GaugeMetricFamily(name, about, labels=list(labels))
    gauge.add_metric(list(labels.values()), value)
    return gauge


def _tallies() -> defaultdict[str, list[tuple[dict[str, str], int]]]:
    """Return labels and values of all tallies, by name."""
    tallies: defaultdict[str, list[tuple[dict[str, str], int]]] = defaultdict(list)
    for key, value in Tally.objects.order_by("pk").values_list("pk", "value"):
        # Keys look like `runs;api=asia;state=succeeded`.
        name, *labels = key.split(";")
        tallies[name].append((dict(label.split("=", 1) for label in labels), value))
    return tallies


def _histogram(tallies: defaultdict[str, list[tuple[dict[str, str], int]]]) -> Metric:
    counted: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for values, value in tallies[_SECONDS]:
        counted[tuple(values[label] for label in _LABELS)][values["le"]] = value
    sums = {tuple(values[label] for label in _LABELS): value / 1000 for values, value in tallies[f"{_SECONDS}_sum"]}
    family = HistogramMetricFamily("playground_upstream_seconds", "From sending to the end.", labels=_LABELS)
    for labels, buckets in sorted(counted.items()):
        total, steps = 0, []
        for bound in (*map(str, BUCKETS), "+Inf"):
            total += buckets.get(bound, 0)
            steps.append((bound, total))
        family.add_metric(labels, steps, sums.get(labels, 0.0))
    return family
