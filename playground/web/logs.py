"""Log lines: one line a record, as text or as JSON, with the request that caused it."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

from playground.web.requests import NONE, current_request_id

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEY: Final = re.compile(r"\b(cr|sk)[_-][A-Za-z0-9_-]{12,}")


class LineFormatter(logging.Formatter):
    """Time, level, logger, request id and message in one line; control characters escaped, keys cut."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """The time with its zone."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        record.request_id = current_request_id.get()
        line = _without_keys(super().format(record))
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line)


class JsonFormatter(LineFormatter):
    """The same as a JSON object a line, for programs that collect logs. `call` is what a call of the API was."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        request_id = current_request_id.get()
        fields: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": None if request_id == NONE else request_id,
        }
        call = getattr(record, "call", None)
        fields |= {"message": "call", "call": call} if call else {"message": _without_keys(record.getMessage())}
        if record.exc_info:
            fields["exception"] = _without_keys(self.formatException(record.exc_info))
        return json.dumps(fields, default=str)


def _without_keys(text: str) -> str:
    return _KEY.sub(lambda found: f"{found[0][:11]}…", text)
