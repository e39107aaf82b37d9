"""Days of the image API: they begin at 00:00 Beijing time, whatever zone the machine's clock is set to.

Every function is given the moment, so that nothing but the caller's clock decides.
"""

from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

BEIJING: Final = ZoneInfo("Asia/Shanghai")


def beijing_day(at: datetime) -> date:
    """The date in Beijing at that moment."""
    return at.astimezone(BEIJING).date()


def end_of_beijing_day(day: date) -> datetime:
    """The midnight in Beijing that ends `day`."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def seconds_to_midnight(at: datetime) -> int:
    """Whole seconds until the day of that moment ends, at least 1: what `Retry-After` says of day limits."""
    return max(1, ceil((end_of_beijing_day(beijing_day(at)) - at).total_seconds()))
