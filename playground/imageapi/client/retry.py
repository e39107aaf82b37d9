"""Reading Retry-After (RFC 9110, 10.2.3), which upstreams fill with anything."""

import datetime
import re
from email.utils import parsedate_to_datetime

# Limits that end by themselves, at midnight in Beijing. A total budget does not: waiting never helps there.
UNTIL_MIDNIGHT = ("image_daily_limit", "crs_daily_exhausted")
LONGEST = 120
DEFAULT = 5
_DAY = 24 * 60 * 60
_BEIJING = datetime.timezone(datetime.timedelta(hours=8))


def retry_after_seconds(value: str | None, now: datetime.datetime) -> int | None:
    """The seconds that a Retry-After header plainly names, from 0 to a day; None for none and for nonsense."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text, re.ASCII):
        seconds = -int(-float(text) // 1)
    else:
        try:
            seconds = round((parsedate_to_datetime(text) - now).total_seconds())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return seconds if 0 <= seconds <= _DAY else None


def seconds_to_midnight(now: datetime.datetime) -> int:
    """Return the seconds until 00:00 in Beijing, when the next day of the quota begins."""
    local = now.astimezone(_BEIJING)
    midnight = (local + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - local).total_seconds()))


def clamp_retry_after(value: str | None, now: datetime.datetime, *, default: int = DEFAULT) -> int:
    """A wait to show people: 1 to 120 seconds, `default` when the header says nothing of use."""
    told = retry_after_seconds(value, now)
    return default if told is None or told > LONGEST else max(1, told)
