"""The billing days of the image API, which begin at 00:00 in Beijing, whatever the time zone of the machine."""

from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

BEIJING: Final = ZoneInfo("Asia/Shanghai")


def beijing_day(now: datetime) -> date:
    """Return the date in Beijing."""
    return now.astimezone(BEIJING).date()


def end_of_beijing_day(day: date) -> datetime:
    """Return the midnight in Beijing at the end of `day`."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def seconds_to_midnight(now: datetime) -> int:
    """Return the whole seconds until the day ends, at least 1: the Retry-After of daily limits."""
    return max(1, ceil((end_of_beijing_day(beijing_day(now)) - now).total_seconds()))
