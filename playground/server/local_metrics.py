"""Metrics of this server, from all its processes: HTTP requests by route, and waits for child processes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from playground.processes import child
from playground.server.probes import PROBES
from playground.server.shared_counts import SharedCounts

if TYPE_CHECKING:
    from prometheus_client import Metric

# A page takes milliseconds, an image up to three minutes.
HTTP_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 200)
WAIT_BUCKETS: Final = (0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60)
# HEAD counts as GET.
METHODS: Final = ("GET", "POST", "other")
# All that the server sends; "other" keeps the table complete.
STATUSES: Final = (
    "200", "202", "204", "206", "301", "302", "303", "304", "308", "400", "401", "402", "403", "404", "405", "408",
    "409", "410", "411", "413", "414", "415", "416", "422", "429", "431", "499", "500", "502", "503", "504", "other",
)  # fmt: skip
STATIC_ROUTE: Final = "static"
UNKNOWN_ROUTE: Final = "unknown"


def route_names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Yield the name of each URL pattern, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or UNKNOWN_ROUTE}"
        else:
            yield from route_names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


class _Histogram:
    """The columns of a histogram: for each of its labels one for each bucket, and one for the sum."""

    def __init__(self, first: int, buckets: Sequence[float], labels: Sequence[tuple[str, ...]]) -> None:
        self.buckets = buckets
        self.size = len(buckets) + 2
        self.columns = {values: first + number * self.size for number, values in enumerate(labels)}
        self.end = first + len(labels) * self.size

    def amounts(self, labels: tuple[str, ...], value: float) -> tuple[tuple[int, float], tuple[int, float]]:
        """Return what to add for an observed value."""
        start = self.columns[labels]
        return (start + bisect_left(self.buckets, value), 1), (start + self.size - 1, value)

    def metric(self, name: str, about: str, labels: Sequence[str], totals: Sequence[float]) -> Metric:
        """Return the metric, with the labels that were observed."""
        # Imported only where METRICS is on.
        from prometheus_client.core import HistogramMetricFamily

        family = HistogramMetricFamily(name, about, labels=labels)
        bounds = [*map(str, self.buckets), "+Inf"]
        for values, start in self.columns.items():
            *counts, total = totals[start : start + self.size]
            if any(counts):
                family.add_metric(values, list(zip(bounds, accumulate(counts), strict=True)), total)
        return family


class LocalMetrics:
    """Counts of all processes of this server. Made once, before they are forked."""

    def __init__(self, processes: int) -> None:
        routes = {*route_names(), *(path.strip("/") for path in PROBES), STATIC_ROUTE, UNKNOWN_ROUTE}
        self._requests = list(product(sorted(routes), METHODS))
        self._numbers = {labels: number for number, labels in enumerate(self._requests)}
        self._statuses = {status: number for number, status in enumerate(STATUSES)}
        self._http = _Histogram(0, HTTP_BUCKETS, self._requests)
        self._waits = _Histogram(self._http.end, WAIT_BUCKETS, [(pool,) for pool in child.POOLS])
        self._first_status = self._waits.end
        columns = self._first_status + len(self._requests) * len(STATUSES)
        self._counts = SharedCounts(columns, processes)

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request whose response has ended."""
        labels = (route, method if method in METHODS else "GET" if method == "HEAD" else METHODS[-1])
        if labels not in self._numbers:
            labels = (UNKNOWN_ROUTE, labels[1])
        number = self._statuses.get(str(status), len(STATUSES) - 1)
        column = self._first_status + self._numbers[labels] * len(STATUSES) + number
        self._counts.add(((column, 1), *self._http.amounts(labels, seconds)))

    def observe_wait(self, pool: str, seconds: float) -> None:
        """Count a task that has waited for a child process."""
        self._counts.add(self._waits.amounts((pool,), seconds))

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        from prometheus_client.core import CounterMetricFamily

        totals = self._counts.totals()
        about = "Requests by route, counted when the response has ended."
        requests = CounterMetricFamily("playground_http_requests", about, labels=("route", "method", "status"))
        for (labels, status), total in zip(
            product(self._requests, STATUSES), totals[self._first_status :], strict=True
        ):
            if total:
                requests.add_metric((*labels, status), total)
        yield requests
        about = "From the arrival of a request to the end of its response."
        yield self._http.metric("playground_http_request_seconds", about, ("route", "method"), totals)
        about = "How long tasks waited for a child process."
        yield self._waits.metric("playground_pool_wait_seconds", about, ("pool",), totals)


_created: Final[list[LocalMetrics]] = []


def create() -> None:
    """Make the shared memory, in the process from which all others are forked. Do nothing while METRICS is off."""
    if settings.METRICS and not _created:
        # The web processes and the worker, and as many again that finish while others start.
        _created.append(LocalMetrics(2 * (settings.WEB_WORKERS + 1)))
        child.wait_observers.append(_created[0].observe_wait)


def local_metrics() -> LocalMetrics | None:
    """Return the counts of this server; None while METRICS is off."""
    return _created[0] if _created else None
