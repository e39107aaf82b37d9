"""OpenTelemetry: send spans of requests, runs and calls of image APIs, when the standard OTEL_* variables are set.

They are our own spans: those of the usual instrumentations hold paths, query strings and headers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.core import spans
from playground.core.logging import REQUEST_ID_KEY
from playground.core.middleware import GetResponse
from playground.server.local_metrics import UNKNOWN_ROUTE
from playground.server.probes import PROBES

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span


def start_tracing(role: str) -> None:
    """Send the spans of this process, after it was forked. Do nothing without OTEL_* variables."""
    if not settings.TRACES_EXPORTER:
        return
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider

    facts = {SERVICE_VERSION: settings.VERSION, "playground.role": role}
    resource = Resource.create(facts)
    if str(resource.attributes[SERVICE_NAME]).startswith("unknown_service"):
        resource = Resource.create({**facts, SERVICE_NAME: "playground"})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(_sender())
    spans.set_tracer(provider.get_tracer("playground", settings.VERSION))


def _sender() -> SpanProcessor:
    """Return what sends spans in the background, to the endpoint in the OTEL_* variables or to stdout."""
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

    if settings.TRACES_EXPORTER == "console":
        return BatchSpanProcessor(
            ConsoleSpanExporter(formatter=lambda span: f"{span.to_json(indent=None)}{os.linesep}")
        )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return BatchSpanProcessor(OTLPSpanExporter())


class TracingMiddleware:
    """Trace each request but probes, until its response has ended."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        tracer = spans.current_tracer()
        if tracer is None or request.path_info in PROBES:
            return self.get_response(request)
        from opentelemetry import context, trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        parent = TraceContextTextMapPropagator().extract({"traceparent": request.headers.get("traceparent", "")})
        span = tracer.start_span(request.method or "", context=parent, kind=trace.SpanKind.SERVER)
        token = context.attach(trace.set_span_in_context(span, parent))

        def end() -> None:
            # In the thread of the request: a streamed body is made there, and its spans are children of this one.
            context.detach(token)
            span.end()

        try:
            response = self.get_response(request)
        except BaseException:
            end()
            raise
        _describe(span, request, response)
        response.close = _close_and_end(response.close, end)  # type: ignore[method-assign]
        return response


def _describe(span: Span, request: HttpRequest, response: HttpResponseBase) -> None:
    from opentelemetry.trace import StatusCode

    match = request.resolver_match
    span.update_name(f"{request.method} {match.view_name if match else UNKNOWN_ROUTE}")
    span.set_attribute("http.request.method", request.method or "")
    span.set_attribute("http.response.status_code", response.status_code)
    span.set_attribute("playground.request_id", request.META.get(REQUEST_ID_KEY, ""))
    if match:
        span.set_attribute("http.route", f"/{match.route}")
    if response.status_code >= 500:
        span.set_status(StatusCode.ERROR)


def _close_and_end(close: Callable[[], Any], end: Callable[[], None]) -> Callable[[], None]:
    """Return a function that calls `close`, and then `end` the first time."""
    pending = [end]

    def close_and_end() -> None:
        try:
            close()
        finally:
            while pending:
                pending.pop()()

    return close_and_end
