"""Sentry: report errors of the log and uncaught exceptions, when SENTRY_DSN is set.

A report says where something failed: type and stack of the exception, the line of the log, the request id. It has no
values: no variables, no message of an exception, no request, no cookies, no headers, no bodies.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from playground.core.logging import NO_REQUEST, record_request_id, without_keys

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

# All else is dropped, also what later versions of the SDK add.
_FIELDS: Final = (
    *("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "server_name", "sdk"),
    *("modules", "dist"),
)
_FRAME_FIELDS: Final = (
    *("filename", "abs_path", "module", "function", "lineno", "in_app"),
    *("context_line", "pre_context", "post_context"),
)


def start_error_reports() -> None:
    """Report errors of this process and of its forks. Do nothing without SENTRY_DSN."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
    from sentry_sdk.integrations.threading import ThreadingIntegration

    # A collector that is down is no error of this program.
    ignore_logger("opentelemetry.*")
    sentry_sdk.init(
        settings.SENTRY_DSN,
        release=settings.VERSION,
        # The others record requests, queries and what other servers are asked for, and add headers to it.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            DedupeIntegration(),
            ExcepthookIntegration(always_run=True),
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ThreadingIntegration(propagate_scope=False),
        ],
        before_send=scrub_report,
        max_breadcrumbs=0,
        include_local_variables=False,
        send_default_pii=False,
        propagate_traces=False,
        # They would start threads before the processes are forked.
        auto_session_tracking=False,
        enable_backpressure_handling=False,
    )


def scrub_report(report: Event, hint: Hint) -> Event:
    """Return a report with nothing but what is known to hold no values."""
    source: dict[str, Any] = dict(report)
    kept: dict[str, Any] = {name: source[name] for name in _FIELDS if name in source}
    record: logging.LogRecord | None = hint.get("log_record")
    if record is not None:
        kept["logentry"] = _log_entry(record)
        request_id = record_request_id(record)
        kept["tags"] = {"request_id": request_id} if request_id != NO_REQUEST else {}
    values = source.get("exception", {}).get("values", [])
    if values:
        kept["exception"] = {"values": [_exception(value) for value in values]}
    return kept  # type: ignore[return-value]


def _log_entry(record: logging.LogRecord) -> dict[str, str]:
    """Return the line; of libraries only its template, because their values may be paths or texts."""
    template = without_keys(str(record.msg))
    is_ours = record.name.startswith("playground.")
    return {"message": template, "formatted": without_keys(record.getMessage()) if is_ours else template}


def _exception(value: dict[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames", [])
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "stacktrace": {
            "frames": [{name: frame[name] for name in _FRAME_FIELDS if name in frame} for frame in frames]
        },
    }
