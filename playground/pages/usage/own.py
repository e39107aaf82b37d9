"""What this session's runs at an API cost, by our own records, in the shape of `GET v1/usage`."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from playground.runs import history
from playground.runs.models import ACTIVE, Run

BEIJING: Final = ZoneInfo("Asia/Shanghai")


def own_usage(visitor: str, account: str, at: datetime, *, days: int) -> dict[str, Any]:
    """Days and calls of the visitor's finished runs for that account; no limit is known, so none is told."""
    today = at.astimezone(BEIJING).date()
    first = today - timedelta(days=days - 1)
    runs = history.runs_of(visitor).filter(account=account).exclude(state__in=ACTIVE) if visitor else []
    calls = [_call(run) for run in runs if run.created_at.astimezone(BEIJING).date() >= first]
    images: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for call in calls:
        images[call["date"]] += call["images"]
        money[call["date"]] += call["micro_usd"]
    dates = [(first + timedelta(days=number)).isoformat() for number in range(days)]
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), BEIJING)
    return {
        "object": "usage",
        "today": {"images": images[today.isoformat()], "limit": None, "resets_at": midnight.isoformat()},
        "days": [{"date": date, "images": images[date], "micro_usd": money[date]} for date in dates],
        "calls": calls,
        "next": None,
    }


def _call(run: Run) -> dict[str, Any]:
    parameters = run.parameters
    return {
        "id": run.request_id or run.pk,
        "created": int(run.created_at.timestamp()),
        "date": run.created_at.astimezone(BEIJING).date().isoformat(),
        "endpoint": run.endpoint,
        "size": run.reported.get("size") or parameters.get("size", ""),
        "quality": run.reported.get("quality") or parameters.get("quality", ""),
        "n": run.asked,
        "images": len(run.pictures.all()),
        "status": run.error_facts.get("status") or (200 if run.pictures.all() else None),
        "code": run.error,
        "seconds": round(run.elapsed(run.finished_at or run.created_at), 3),
        "micro_usd": run.price or 0,
    }
