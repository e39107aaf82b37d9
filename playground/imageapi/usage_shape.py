"""The shape of an answer to `GET v1/usage`: read field by field, because whoever answers may say anything."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from playground.imageapi.answer import whole_number
from playground.imageapi.redact import header_word

_MOST_DAYS: Final = 366
_MOST_CALLS: Final = 1000
_MOST_SECONDS: Final = 1_000_000
# The year 9999: `datetime` knows no later one.
_LAST_MOMENT: Final = 253_402_214_400
_WORDS: Final = ("id", "endpoint", "size", "quality", "code")
_NUMBERS: Final = ("images", "micro_usd")
_BUDGETS: Final = ("daily_micro_usd", "total_micro_usd")


def usage_in(body: Mapping[str, Any]) -> dict[str, Any]:
    """The usage that `body` tells, with every field of its type and fit to be shown. Raises ValueError."""
    try:
        return {
            "today": _today(body["today"]),
            "days": [_day(one) for one in body["days"][:_MOST_DAYS]],
            "calls": [_call(one) for one in body["calls"][:_MOST_CALLS]],
            "next": header_word(str(body.get("next") or "")) or None,
            "account": _account(body["account"]) if isinstance(body.get("account"), Mapping) else {},
        }
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError("this is no usage") from None


def _today(said: Mapping[str, Any]) -> dict[str, Any]:
    resets_at = datetime.fromisoformat(said["resets_at"])
    if resets_at.tzinfo is None:
        raise ValueError("a time without a zone")
    return {
        "images": whole_number(said["images"]),
        "limit": _number_or_none(said.get("limit")),
        "resets_at": resets_at.isoformat(),
    }


def _day(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "date": date.fromisoformat(said["date"]).isoformat(),
        "images": whole_number(said["images"]),
        "micro_usd": whole_number(said["micro_usd"]),
    }


def _call(said: Mapping[str, Any]) -> dict[str, Any]:
    created = whole_number(said.get("created"))
    return {
        **{name: header_word(str(said.get(name) or "")) for name in _WORDS},
        **{name: whole_number(said.get(name)) for name in _NUMBERS},
        **{name: _number_or_none(said.get(name)) for name in ("n", "status")},
        "created": created if created < _LAST_MOMENT else 0,
        "seconds": _duration(said.get("seconds")),
    }


def _account(said: Mapping[str, Any]) -> dict[str, Any]:
    counted = {name: whole_number(said.get(name)) for name in ("spent_micro_usd", "running", "concurrency")}
    return counted | {name: _number_or_none(said.get(name)) for name in _BUDGETS}


def _duration(value: Any) -> float:
    return round(float(min(value, _MOST_SECONDS)), 3) if isinstance(value, int | float) and value >= 0 else 0.0


def _number_or_none(value: Any) -> int | None:
    return None if value is None else whole_number(value)
