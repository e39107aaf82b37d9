"""What this session's runs at an API cost, by our own records, in the shape of `GET v1/usage`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format

from playground.imageapi.billing_day import beijing_day, end_of_beijing_day
from playground.imageapi.pricing import FLOOR_MICRO_USD, PRICE_TABLE, format_dollars
from playground.pages.texts.run_errors import hours_and_minutes
from playground.runs import selectors
from playground.runs.models import ACTIVE, Run


def session_usage(visitor: str, account: str, at: datetime, *, days: int) -> dict[str, Any]:
    """Days and calls of the visitor's finished runs for that account; no limit is known, so none is told."""
    today = beijing_day(at)
    first = today - timedelta(days=days - 1)
    runs = selectors.list_runs(visitor).filter(account=account).exclude(state__in=ACTIVE) if visitor else []
    calls = [_own_call(run) for run in runs if beijing_day(run.created_at) >= first]
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
            "limit": None,
            "resets_at": end_of_beijing_day(today).isoformat(),
        },
        "days": [{"date": date, "images": images[date], "micro_usd": money[date]} for date in dates],
        "calls": calls,
        "next": None,
    }


def _own_call(run: Run) -> dict[str, Any]:
    parameters = run.parameters
    return {
        "id": run.request_id or run.pk,
        "created": int(run.created_at.timestamp()),
        "date": beijing_day(run.created_at).isoformat(),
        "endpoint": run.endpoint,
        "size": run.reported.get("size") or parameters.get("size", ""),
        "quality": run.reported.get("quality") or parameters.get("quality", ""),
        "n": run.requested_count,
        "images": len(run.pictures.all()),
        "status": run.error_facts.get("status") or (200 if run.pictures.all() else None),
        "code": run.error,
        "seconds": round(run.elapsed_seconds(run.finished_at or run.created_at), 3),
        "micro_usd": run.price or 0,
    }


WIDTH: Final = 720
HEIGHT: Final = 180
_LEFT: Final = 8
_TOP: Final = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One day. Places and sizes are in units of the drawing; heights are 0 where nothing was used."""

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
    """All days, and what the tallest bars stand for."""

    bars: list[Bar]
    most_images: int
    most_money: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT


def usage_chart(days: Iterable[dict[str, Any]]) -> Chart:
    """The drawing of days as `GET v1/usage` tells them."""
    listed = list(days)
    most_images = max((int(day["images"]) for day in listed), default=0)
    most_money = max((int(day["micro_usd"]) for day in listed), default=0)
    step = (WIDTH - 2 * _LEFT) / max(1, len(listed))
    bars = [_bar(day, number, step, most_images, most_money, len(listed)) for number, day in enumerate(listed)]
    return Chart(bars, most_images, format_dollars(most_money))


def _bar(day: dict[str, Any], number: int, step: float, images: int, money: int, count: int) -> Bar:
    high, dear = _height(int(day["images"]), images), _height(int(day["micro_usd"]), money)
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
        images_y=round(HEIGHT - high, 2),
        images_height=high,
        money_x=round(x + width, 2),
        money_y=round(HEIGHT - dear, 2),
        money_height=dear,
        is_named=(count - 1 - number) % 7 == 0,
    )


def _height(value: int, most: int) -> float:
    """At least two units for anything that is not nothing."""
    return round(max(2.0, value / most * (HEIGHT - _TOP)), 2) if value and most else 0.0


PAGE_CALLS: Final = 50
FILTERS: Final = ("all", "generations", "edits", "failed")


@dataclass(frozen=True, slots=True)
class CallView:
    """One call. `table` is the price by the table before the floor, `floor` what the floor asks; empty if unknown."""

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


def usage_view(body: dict[str, Any], at: datetime, *, chosen: str = "all", page: str = "1") -> UsageView:
    """The page for an answer of `GET v1/usage` at the moment `at`."""
    days, today, calls = body["days"], body["today"], body["calls"]
    chosen = chosen if chosen in FILTERS else "all"
    spent = sum(day["micro_usd"] for day in days)
    resets_at = datetime.fromisoformat(today["resets_at"])
    limit = today.get("limit")
    shown = [call for call in calls if _is_wanted(call, chosen)]
    return UsageView(
        images=sum(day["images"] for day in days),
        micro_usd=spent,
        price=format_dollars(spent),
        today_images=today["images"],
        today_price=format_dollars(days[-1]["micro_usd"] if days else 0),
        limit=limit,
        left=None if limit is None else max(0, limit - today["images"]),
        resets_at=resets_at,
        countdown=hours_and_minutes(max(0, -int((at - resets_at).total_seconds() // 1))),
        last_activity=_moment(calls[0]["created"]) if calls else None,
        shares=_shares(calls),
        account=_account(body.get("account") or {}),
        chart=usage_chart(days),
        days=[{**day, "price": format_dollars(day["micro_usd"])} for day in reversed(days)],
        calls=Paginator([_call(one) for one in shown], PAGE_CALLS).get_page(page),
        chosen=chosen,
        failures=sum(1 for call in calls if not call["images"]),
    )


def _is_wanted(call: dict[str, Any], chosen: str) -> bool:
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


def _account(said: dict[str, Any]) -> dict[str, Any]:
    money = ("spent_micro_usd", "daily_micro_usd", "total_micro_usd")
    return {
        name: format_dollars(value) if name in money and value is not None else value for name, value in said.items()
    }


def _call(call: dict[str, Any]) -> CallView:
    known = PRICE_TABLE.get((call["size"], call["quality"]))
    images = call["images"]
    return CallView(
        id=call["id"],
        created=_moment(call["created"]),
        endpoint=call["endpoint"],
        size=call["size"].replace("x", "×"),
        quality=call["quality"],
        n=call["n"],
        images=images,
        status=call["status"],
        code=call["code"],
        seconds=call["seconds"],
        micro_usd=call["micro_usd"],
        table=format_dollars(known * images) if known is not None and images else "",
        floor=format_dollars(FLOOR_MICRO_USD * images) if images else "",
        price=format_dollars(call["micro_usd"]),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
