"""The usage page's figures, ready to be laid out: values in, texts and numbers out."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator

from playground.imageapi.prices import FLOOR_MICRO_USD, TABLE, dollars
from playground.pages.told import hours_and_minutes
from playground.pages.usage.chart import Chart, chart

A_PAGE: Final = 50
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
        price=dollars(spent),
        today_images=today["images"],
        today_price=dollars(days[-1]["micro_usd"] if days else 0),
        limit=limit,
        left=None if limit is None else max(0, limit - today["images"]),
        resets_at=resets_at,
        countdown=hours_and_minutes(max(0, -int((at - resets_at).total_seconds() // 1))),
        last_activity=_moment(calls[0]["created"]) if calls else None,
        shares=_shares(calls),
        account=_account(body.get("account") or {}),
        chart=chart(days),
        days=[{**day, "price": dollars(day["micro_usd"])} for day in reversed(days)],
        calls=Paginator([_call(one) for one in shown], A_PAGE).get_page(page),
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
    return [(name, images[name], dollars(money[name])) for name in ("generations", "edits") if name in images]


def _account(said: dict[str, Any]) -> dict[str, Any]:
    money = ("spent_micro_usd", "daily_micro_usd", "total_micro_usd")
    return {name: dollars(value) if name in money and value is not None else value for name, value in said.items()}


def _call(call: dict[str, Any]) -> CallView:
    known = TABLE.get((call["size"], call["quality"]))
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
        table=dollars(known * images) if known is not None and images else "",
        floor=dollars(FLOOR_MICRO_USD * images) if images else "",
        price=dollars(call["micro_usd"]),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
