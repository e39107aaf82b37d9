"""Spans of traces. Nothing happens until `server/tracing.py` sets a tracer, because OTEL_* variables are set.

Attributes are facts such as a state, a code or a request id: never a prompt, a key, a path or a message.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_tracers: Final[list[Tracer]] = []


def set_tracer(tracer: Tracer | None) -> None:
    """Use this tracer in this process; None ends tracing."""
    _tracers[:] = [] if tracer is None else [tracer]


def current_tracer() -> Tracer | None:
    """Return the tracer of this process."""
    return _tracers[0] if _tracers else None


@contextlib.contextmanager
def span(name: str, attributes: Mapping[str, str], *, is_call: bool = False) -> Iterator[None]:
    """Trace the block; `is_call` means that it calls another server. Of an exception only type or code is kept."""
    tracer = current_tracer()
    if tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    kind = SpanKind.CLIENT if is_call else SpanKind.INTERNAL
    # The message and the stack of an exception may quote the request.
    with tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ):
        try:
            yield
        except Exception as error:
            annotate({"error.type": str(getattr(error, "code", "") or type(error).__name__)}, is_error=True)
            raise


def annotate(attributes: Mapping[str, str], *, is_error: bool = False) -> None:
    """Add attributes to the current span."""
    if not _tracers:
        return
    from opentelemetry.trace import StatusCode, get_current_span

    current = get_current_span()
    current.set_attributes(attributes)
    if is_error:
        current.set_status(StatusCode.ERROR)


def trace_headers() -> dict[str, str]:
    """Return the header that lets our own image API continue the trace (W3C Trace Context)."""
    headers: dict[str, str] = {}
    if _tracers:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)
    return headers


def in_this_trace(work: Callable[[], None]) -> Callable[[], None]:
    """Return `work` for another thread: its spans belong to the current one."""
    context = copy_context()
    return lambda: context.run(work)
