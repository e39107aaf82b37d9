"""Retry rule: send a refused request again or not, and the wait shown to people (RFC 9110, Retry-After)."""

import datetime
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from playground.imageapi.errors import ApiError

# Plain refusals: the request was not worked on, so nothing was charged.
RETRIED_CODES: Final = frozenset(("service_overloaded", "image_provider_unavailable", "concurrency_exhausted"))
# No one waits longer in front of a page; the default is shown instead.
MAX_SHOWN_WAIT: Final = 120
DEFAULT_RETRY_AFTER: Final = 5
_DAY: Final = 24 * 60 * 60


def wait_before_retry(
    error: ApiError, headers: Mapping[str, str], max_seconds: int, now: datetime.datetime
) -> int | None:
    """Return the seconds after which a refused request may be sent again; None when it may not.

    Only a plain refusal (429, 503) with a short Retry-After: it was not worked on, so nothing was charged.
    """
    seconds = retry_after_seconds(headers.get("Retry-After"), now)
    if error.status not in (429, 503) or error.code not in RETRIED_CODES or seconds is None or seconds > max_seconds:
        return None
    return None if headers.get("x-should-retry", "").strip().lower() == "false" else seconds


def retry_after_seconds(value: str | None, now: datetime.datetime) -> int | None:
    """Return the seconds that a Retry-After header (RFC 9110, 10.2.3) names, up to a day; None for an invalid one."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text, re.ASCII):
        seconds = math.ceil(float(text))
    else:
        try:
            seconds = round((parsedate_to_datetime(text) - now).total_seconds())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return seconds if 0 <= seconds <= _DAY else None


def clamp_retry_after(value: str | None, now: datetime.datetime, *, default: int = DEFAULT_RETRY_AFTER) -> int:
    """Return a wait to show people: 1 to MAX_SHOWN_WAIT seconds, `default` when the header names none of these."""
    seconds = retry_after_seconds(value, now)
    return default if seconds is None or seconds > MAX_SHOWN_WAIT else max(1, seconds)
