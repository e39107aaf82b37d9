"""Metrics for Prometheus: those of the whole installation, the same from every machine, and those of this machine."""

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
from playground.runs.services.retention import LAST_PRUNE
from playground.runs.worker import claims
from playground.runs.worker.supervisor import WAITING_FILES_METRIC
from playground.server import process_figures
from playground.server.local_metrics import local_metrics

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
    return _text(_InstallationCollector(now), _MachineCollector())


def machine_text() -> bytes:
    """Return the metrics of this machine alone, without a query."""
    return _text(_MachineCollector())


def _text(*collectors: Collector) -> bytes:
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


class _MachineCollector(Collector):
    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this machine."""
        yield from _disk()
        yield from _processes()
        counts = local_metrics()
        if counts is not None:
            yield from counts.collect()


class _InstallationCollector(Collector):
    def __init__(self, now: datetime) -> None:
        self._time = now

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        yield _gauge("playground_info", "The running version.", 1, version=settings.VERSION)
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
        pruned = max((value for _, value in tallies[LAST_PRUNE]), default=0)
        about = "When expired data was last deleted, in seconds since 1970; 0 when it never was."
        yield _gauge("playground_last_prune_timestamp_seconds", about, pruned)

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
        alive = claims.count_alive_workers(self._time)
        yield _gauge("playground_workers_alive", "Workers that can execute runs.", alive)
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
    for part, size in disk.measured_bytes().items():
        used.add_metric([part], size)
    yield used
    yield _gauge("playground_disk_free_bytes", "Free bytes on this machine's disk.", disk.free_bytes())
    yield _gauge("playground_disk_size_bytes", "Size of this machine's disk.", disk.size_bytes())
    about = "MIN_FREE_BYTES: with fewer free bytes, new images and runs are rejected."
    yield _gauge("playground_disk_min_free_bytes", about, settings.MIN_FREE_BYTES)
    about = "MAX_DISK_BYTES: when more are used, new images and runs are rejected; 0 for no limit."
    yield _gauge("playground_disk_max_used_bytes", about, settings.MAX_DISK_BYTES)
    spare = disk.folder_bytes([settings.SPARE_DIR])
    yield _gauge("playground_spare_bytes", "Images held in memory because this machine's disk is full.", spare)


def _processes() -> Iterator[Metric]:
    """Yield the figures of the processes of this server, by role."""
    cpu = CounterMetricFamily("playground_process_cpu_seconds", "CPU time used, by role.", labels=["role"])
    figures = {
        "processes": GaugeMetricFamily("playground_processes", "Processes, by role.", labels=["role"]),
        "resident_bytes": GaugeMetricFamily(
            "playground_process_resident_bytes",
            "Resident memory, by role; memory that processes share counts for each of them.",
            labels=["role"],
        ),
        "open_files": GaugeMetricFamily("playground_process_open_files", "Open files, by role.", labels=["role"]),
        "threads": GaugeMetricFamily("playground_process_threads", "Threads, by role.", labels=["role"]),
    }
    for role, sums in sorted(process_figures.figures_by_role().items()):
        cpu.add_metric([role], sums.cpu_seconds)
        for name, family in figures.items():
            family.add_metric([role], getattr(sums, name))
    yield cpu
    yield from figures.values()
    about = "How many files one process may have open."
    yield _gauge("playground_process_max_open_files", about, process_figures.max_open_files())


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
