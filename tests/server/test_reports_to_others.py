"""Traces and error reports of a real server, as their receiver gets them: complete, and without a visitor's data."""

import gzip
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import brotli
import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from playground.server.error_reports import scrub_report
from tests.helpers import databases
from tests.helpers.crashes import FIELD, Visitor, wait_until
from tests.helpers.server import ROOT, ServerProcess, inherited

PROMPT = "a heron in the reeds"
DEMO_SECONDS = 1
UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@dataclass
class Receiver:
    """An OpenTelemetry collector and a Sentry server in one."""

    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    def __enter__(self) -> "Receiver":
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append((self.path, UNPACK[self.headers.get("Content-Encoding", "")](body)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def spans(self) -> list[Span]:
        requests = (
            ExportTraceServiceRequest.FromString(body) for path, body in list(self.bodies) if path == "/v1/traces"
        )
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def reports(self) -> list[dict[str, Any]]:
        """What Sentry gets: lines of JSON, an event after its header."""
        found = []
        for path, body in list(self.bodies):
            lines = [json.loads(line) for line in body.splitlines()] if path.endswith("/envelope/") else []
            found += [event for header, event in pairwise(lines) if header.get("type") == "event"]
        return found


@dataclass
class Seen:
    """What a visitor did, and what came out of it."""

    receiver: Receiver
    server: ServerProcess
    secrets: list[str]
    submitted: str
    streamed: str
    failed: str


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with Receiver() as receiver:
        port = receiver.server.server_port
        settings = {"IMAGE_APIS": "builtin", "DEMO_SECONDS": str(DEMO_SECONDS), "OTEL_BSP_SCHEDULE_DELAY": "50"}
        settings |= {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        settings |= {"SENTRY_DSN": f"http://public@127.0.0.1:{port}/1"}
        server = ServerProcess(tmp_path_factory.mktemp("reported"), settings).start()
        try:
            key = databases.manage(server.data, "create_key").split()[-1]
            visitor = Visitor(server)
            form = dict(FIELD.findall(visitor.session.get(server.url).text))
            form |= {"prompt": PROMPT, "size": "1024x1024", "quality": "low", "n": "1", "api": "builtin", "key": key}
            headers = {"Referer": server.url}
            posted = visitor.session.post(server.url, data=form, headers=headers, allow_redirects=False)
            run = server.root + posted.headers["Location"]
            visitor.wait(run, "succeeded", seconds=60)
            streamed = requests.post(
                f"{server.url}v1/images/generations?hidden=query",
                json={"model": "gpt-image-2", "prompt": PROMPT, "stream": True, "partial_images": 1},
                headers={"Authorization": f"Bearer {key}"},
                timeout=60,
            )
            databases.ask(server.data, "ALTER TABLE runs_run RENAME TO gone")
            failed = visitor.session.get(f"{run}?hidden=query")
            assert failed.status_code == 500
            cookies = [value for value in visitor.session.cookies.values() if len(value) > 8]
            run_id = run.rstrip("/").rpartition("/")[2]
            yield Seen(
                receiver,
                server,
                [PROMPT, key, run_id, "hidden", *cookies],
                *(response.headers["x-request-id"] for response in (posted, streamed, failed)),
            )
        finally:
            server.stop(signal.SIGINT)


def attributes(span: Span) -> dict[str, Any]:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}


def span_of(seen: Seen, name: str, request_id: str) -> Span:
    def found() -> list[Span]:
        return [
            span
            for span in seen.receiver.spans()
            if span.name == name and attributes(span).get("playground.request_id") == request_id
        ]

    wait_until(lambda: bool(found()), 20, f"the span {name}")
    return found()[0]


def test_a_trace_leads_from_the_run_to_the_call_of_the_built_in_api(seen: Seen) -> None:
    form = span_of(seen, "POST generate", seen.submitted)
    assert attributes(form)["http.response.status_code"] == 303
    assert attributes(form)["http.route"] == "/qcode-img/"
    run = span_of(seen, "run generations", seen.submitted)
    assert attributes(run)["playground.state"] == "succeeded"
    (call,) = [span for span in seen.receiver.spans() if span.parent_span_id == run.span_id]
    assert (call.name, call.kind) == ("call image API", Span.SPAN_KIND_CLIENT)
    wait_until(
        lambda: any(span.parent_span_id == call.span_id for span in seen.receiver.spans()), 20, "the API's span"
    )
    (answered,) = [span for span in seen.receiver.spans() if span.parent_span_id == call.span_id]
    assert (answered.name, answered.trace_id) == ("POST gateway:generations", run.trace_id)


def test_the_span_of_a_streamed_response_ends_with_the_stream(seen: Seen) -> None:
    span = span_of(seen, "POST gateway:generations", seen.streamed)
    assert span.end_time_unix_nano - span.start_time_unix_nano >= DEMO_SECONDS * 10**9


def test_a_failed_request_is_an_error_in_its_span_and_a_report(seen: Seen) -> None:
    assert span_of(seen, "GET run", seen.failed).status.code == Status.STATUS_CODE_ERROR

    def reports() -> list[dict[str, Any]]:
        return [
            report for report in seen.receiver.reports() if report.get("tags", {}).get("request_id") == seen.failed
        ]

    wait_until(lambda: bool(reports()), 20, "the report")
    report = reports()[0]
    exception = report["exception"]["values"][-1]
    assert exception["type"] in ("OperationalError", "ProgrammingError")
    assert any("playground" in frame["filename"] for frame in exception["stacktrace"]["frames"])
    assert report["logger"] == "django.request"


def test_nothing_that_is_sent_holds_a_visitors_data(seen: Seen) -> None:
    span_of(seen, "GET run", seen.failed)
    wait_until(lambda: bool(seen.receiver.reports()), 20, "the report")
    sent = b"\n".join(body for _, body in list(seen.receiver.bodies))
    assert [secret for secret in [*seen.secrets, "127.0.0.1:", "User-Agent"] if secret.encode() in sent] == []


def test_a_report_has_no_values_of_variables_requests_and_exceptions() -> None:
    frame = {"function": "f", "lineno": 1, "vars": {"key": "cr_secret"}}
    report = {
        "level": "error",
        "exception": {"values": [{"type": "ValueError", "value": "cr_secret", "stacktrace": {"frames": [frame]}}]},
        **{name: {"prompt": "cr_secret"} for name in ("request", "user", "extra", "breadcrumbs", "contexts", "new")},
    }
    scrubbed = scrub_report(report, {})  # type: ignore[arg-type]
    assert "cr_secret" not in repr(scrubbed)
    assert scrubbed["exception"]["values"][0]["stacktrace"]["frames"] == [{"function": "f", "lineno": 1}]


@pytest.mark.parametrize(
    ("variables", "module", "sentence"),
    [
        (
            {"SENTRY_DSN": "https://key@sentry.example.org/1"},
            "sentry_sdk",
            "The setting SENTRY_DSN needs the packages in requirements/monitoring.txt: pip install -r "
            "requirements/monitoring.txt.",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"},
            "opentelemetry",
            "The setting OTEL_EXPORTER_OTLP_ENDPOINT needs the packages in requirements/monitoring.txt: pip install "
            "-r requirements/monitoring.txt.",
        ),
        (
            {"OTEL_TRACES_EXPORTER": "zipkin"},
            "nothing",
            "The setting OTEL_TRACES_EXPORTER is 'zipkin', but must be otlp, console or none.",
        ),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "nothing",
            "The setting OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, usually at port 4318.",
        ),
        (
            {"SENTRY_DSN": "https://sentry.example.org/secret"},
            "nothing",
            "The setting SENTRY_DSN must be a URL such as https://key@sentry.example.org/1.",
        ),
    ],
)
def test_a_setting_that_cannot_work_ends_the_start_with_a_sentence(
    tmp_path: Path, variables: dict[str, str], module: str, sentence: str
) -> None:
    # As if the package were not installed.
    program = (
        f"import runpy, sys; sys.modules[{module!r}] = None; sys.argv = ['manage.py', 'check']; "
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    environment = {**inherited(), "DATA_DIR": str(tmp_path), **variables}
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.strip()) == (1, sentence)
