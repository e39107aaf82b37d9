"""The trend of days as a drawing: two bars a day, pictures and money, each with its own scale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format

from playground.imageapi.prices import dollars

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


def chart(days: Iterable[dict[str, Any]]) -> Chart:
    """The drawing of days as `GET v1/usage` tells them."""
    listed = list(days)
    most_images = max((int(day["images"]) for day in listed), default=0)
    most_money = max((int(day["micro_usd"]) for day in listed), default=0)
    step = (WIDTH - 2 * _LEFT) / max(1, len(listed))
    bars = [_bar(day, number, step, most_images, most_money, len(listed)) for number, day in enumerate(listed)]
    return Chart(bars, most_images, dollars(most_money))


def _bar(day: dict[str, Any], number: int, step: float, images: int, money: int, count: int) -> Bar:
    high, dear = _height(int(day["images"]), images), _height(int(day["micro_usd"]), money)
    width = round(step * 0.38, 2)
    x = round(_LEFT + number * step + step * 0.1, 2)
    return Bar(
        date=day["date"],
        label=date_format(date.fromisoformat(day["date"]), "MONTH_DAY_FORMAT"),
        mark=day["date"][5:],
        images=int(day["images"]),
        money=dollars(int(day["micro_usd"])),
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
