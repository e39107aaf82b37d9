"""The usage page: totals, a chart and the calls, from `GET v1/usage` or from the visitor's own runs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format

from playground.imageapi.pricing import FLOOR_MICRO_USD, PRICE_TABLE, beijing_day, end_of_beijing_day, format_dollars
from playground.pages.texts.run_errors import hours_and_minutes
from playground.runs import selectors
from playground.runs.models import ACTIVE, Run

# Units of the chart's viewBox, not pixels: the page scales it.
WIDTH: Final = 720
HEIGHT: Final = 180
_LEFT: Final = 8
_TOP: Final = 14
PAGE_CALLS: Final = 50
FILTERS: Final = ("all", "generations", "edits", "failed")


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bars, in units of the chart's SVG. Heights are 0 on days without usage."""

    date: str
    label: str
    mark: str
    images: int
    money: str
    x: float
    width: float
    images_y: float
    images_height: float
    money_x: float
    money_y: float
    money_height: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of all days, and the values of the tallest ones."""

    bars: list[Bar]
    max_images: int
    max_money: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT


@dataclass(frozen=True, slots=True)
class CallView:
    """One call. `table` is its price before the floor, `floor` the floor's price, `job` its job; empty if unknown."""

    id: str
    created: datetime
    endpoint: str
    size: str
    quality: str
    n: int | None
    images: int
    status: int | None
    code: str
    seconds: float
    micro_usd: int
    table: str
    floor: str
    price: str
    job: str


@dataclass(frozen=True, slots=True)
class UsageView:
    """Totals, today, days and calls. `limit` and `left` are None where no limit is known."""

    images: int
    micro_usd: int
    price: str
    today_images: int
    today_price: str
    limit: int | None
    left: int | None
    resets_at: datetime
    countdown: str
    last_activity: datetime | None
    shares: list[tuple[str, int, str]]
    account: dict[str, Any]
    chart: Chart
    days: list[dict[str, Any]]
    calls: Page  # type: ignore[type-arg]
    chosen: str
    failures: int


def session_usage(visitor_id: str, account: str, now: datetime, *, days: int) -> dict[str, Any]:
    """Return the finished runs of a visitor at an account in the shape of `GET v1/usage`."""
    today = beijing_day(now)
    first = today - timedelta(days=days - 1)
    runs = selectors.list_runs(visitor_id).filter(account=account).exclude(state__in=ACTIVE) if visitor_id else []
    calls = [_call_from_run(run) for run in runs if beijing_day(run.created_at) >= first]
    images: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for call in calls:
        images[call["date"]] += call["images"]
        money[call["date"]] += call["micro_usd"]
    dates = [(first + timedelta(days=number)).isoformat() for number in range(days)]
    return {
        "object": "usage",
        "today": {
            "images": images[today.isoformat()],
            # No limit is known: the key may be used by other programs as well.
            "limit": None,
            "resets_at": end_of_beijing_day(today).isoformat(),
        },
        "days": [{"date": day, "images": images[day], "micro_usd": money[day]} for day in dates],
        "calls": calls,
        "next": None,
    }


def usage_chart(days: Iterable[dict[str, Any]]) -> Chart:
    """Return the chart for the days of `GET v1/usage`."""
    listed = list(days)
    max_images = max((int(day["images"]) for day in listed), default=0)
    max_money = max((int(day["micro_usd"]) for day in listed), default=0)
    step = (WIDTH - 2 * _LEFT) / max(1, len(listed))
    bars = [_bar(day, number, step, max_images, max_money, len(listed)) for number, day in enumerate(listed)]
    return Chart(bars, max_images, format_dollars(max_money))


def usage_view(body: dict[str, Any], now: datetime, *, chosen: str = "all", page: str = "1") -> UsageView:
    """Return the usage page for an answer of `GET v1/usage`."""
    days, today, calls = body["days"], body["today"], body["calls"]
    chosen = chosen if chosen in FILTERS else "all"
    spent = sum(day["micro_usd"] for day in days)
    resets_at = datetime.fromisoformat(today["resets_at"])
    limit = today.get("limit")
    matching = [call for call in calls if _matches_filter(call, chosen)]
    return UsageView(
        images=sum(day["images"] for day in days),
        micro_usd=spent,
        price=format_dollars(spent),
        today_images=today["images"],
        today_price=format_dollars(days[-1]["micro_usd"] if days else 0),
        limit=limit,
        left=None if limit is None else max(0, limit - today["images"]),
        resets_at=resets_at,
        # Whole seconds, rounded up: `//` rounds the negative rest down.
        countdown=hours_and_minutes(max(0, -int((now - resets_at).total_seconds() // 1))),
        last_activity=_datetime_from_timestamp(calls[0]["created"]) if calls else None,
        shares=_shares(calls),
        account=_account(body.get("account") or {}),
        chart=usage_chart(days),
        days=[{**day, "price": format_dollars(day["micro_usd"])} for day in reversed(days)],
        calls=Paginator([_call_view(call) for call in matching], PAGE_CALLS).get_page(page),
        chosen=chosen,
        failures=sum(1 for call in calls if not call["images"]),
    )


def _call_from_run(run: Run) -> dict[str, Any]:
    parameters = run.parameters
    return {
        "id": run.request_id or run.pk,
        "created": int(run.created_at.timestamp()),
        "date": beijing_day(run.created_at).isoformat(),
        "endpoint": run.endpoint,
        "size": run.reported.get("size") or parameters.get("size", ""),
        "quality": run.reported.get("quality") or parameters.get("quality", ""),
        "n": run.requested_count,
        "images": len(run.all_pictures),
        "status": run.error_facts.get("status") or (200 if run.all_pictures else None),
        "code": run.error,
        "seconds": round(run.elapsed_seconds(run.finished_at or run.created_at), 3),
        "micro_usd": run.price or 0,
    }


def _bar(day: dict[str, Any], number: int, step: float, max_images: int, max_money: int, count: int) -> Bar:
    images_height = _height(int(day["images"]), max_images)
    money_height = _height(int(day["micro_usd"]), max_money)
    # Two bars and their gap take 0.76 of a day; a tenth stays free before them.
    width = round(step * 0.38, 2)
    x = round(_LEFT + number * step + step * 0.1, 2)
    return Bar(
        date=day["date"],
        label=date_format(date.fromisoformat(day["date"]), "MONTH_DAY_FORMAT"),
        mark=day["date"][5:],
        images=int(day["images"]),
        money=format_dollars(int(day["micro_usd"])),
        x=x,
        width=width,
        images_y=round(HEIGHT - images_height, 2),
        images_height=images_height,
        money_x=round(x + width, 2),
        money_y=round(HEIGHT - money_height, 2),
        money_height=money_height,
        # A label each week, counted from today.
        is_named=(count - 1 - number) % 7 == 0,
    )


def _height(value: int, maximum: int) -> float:
    # Two units are the least that can be seen.
    return round(max(2.0, value / maximum * (HEIGHT - _TOP)), 2) if value and maximum else 0.0


def _matches_filter(call: dict[str, Any], chosen: str) -> bool:
    # A call that delivered anything was charged for it, and is no failure.
    if chosen == "failed":
        return not call["images"]
    return chosen == "all" or call["endpoint"] == chosen


def _shares(calls: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    images: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for call in calls:
        images[call["endpoint"]] += call["images"]
        money[call["endpoint"]] += call["micro_usd"]
    return [(name, images[name], format_dollars(money[name])) for name in ("generations", "edits") if name in images]


def _account(account: dict[str, Any]) -> dict[str, Any]:
    money = ("spent_micro_usd", "daily_micro_usd", "total_micro_usd")
    return {
        name: format_dollars(value) if name in money and value is not None else value
        for name, value in account.items()
    }


def _call_view(call: dict[str, Any]) -> CallView:
    listed_price = PRICE_TABLE.get((call["size"], call["quality"]))
    images = call["images"]
    return CallView(
        id=call["id"],
        created=_datetime_from_timestamp(call["created"]),
        endpoint=call["endpoint"],
        size=call["size"].replace("x", "×"),
        quality=call["quality"],
        n=call["n"],
        images=images,
        status=call["status"],
        code=call["code"],
        seconds=call["seconds"],
        micro_usd=call["micro_usd"],
        table=format_dollars(listed_price * images) if listed_price is not None and images else "",
        floor=format_dollars(FLOOR_MICRO_USD * images) if images else "",
        price=format_dollars(call["micro_usd"]),
        job=call.get("job", ""),
    )


def _datetime_from_timestamp(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
