"""Log lines: one line a record, with the request that caused it."""

import logging
import re
from typing import Final

from playground.web.requests import current_request_id

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEY: Final = re.compile(r"\b(cr|sk)[_-][A-Za-z0-9_-]{12,}")


class LineFormatter(logging.Formatter):
    """Time, level, logger, request id and message in one line; control characters escaped, keys cut."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        record.request_id = current_request_id.get()
        line = super().format(record)
        line = _KEY.sub(lambda found: f"{found[0][:11]}…", line)
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line)
