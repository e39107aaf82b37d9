"""What this session's runs at an API cost, by our own records, in the shape of `GET v1/usage`."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from playground.imageapi.beijing import day_of, end_of
from playground.runs import history
from playground.runs.models import ACTIVE, Run


def own_usage(visitor: str, account: str, at: datetime, *, days: int) -> dict[str, Any]:
    """Days and calls of the visitor's finished runs for that account; no limit is known, so none is told."""
    today = day_of(at)
    first = today - timedelta(days=days - 1)
    runs = history.runs_of(visitor).filter(account=account).exclude(state__in=ACTIVE) if visitor else []
    calls = [_call(run) for run in runs if day_of(run.created_at) >= first]
    images: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for call in calls:
        images[call["date"]] += call["images"]
        money[call["date"]] += call["micro_usd"]
    dates = [(first + timedelta(days=number)).isoformat() for number in range(days)]
    return {
        "object": "usage",
        "today": {"images": images[today.isoformat()], "limit": None, "resets_at": end_of(today).isoformat()},
        "days": [{"date": date, "images": images[date], "micro_usd": money[date]} for date in dates],
        "calls": calls,
        "next": None,
    }


def _call(run: Run) -> dict[str, Any]:
    parameters = run.parameters
    return {
        "id": run.request_id or run.pk,
        "created": int(run.created_at.timestamp()),
        "date": day_of(run.created_at).isoformat(),
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
