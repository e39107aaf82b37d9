"""Prices, times, entries and quotas as the reference lays them out; every figure is read from imageapi."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from playground.imageapi import latency, official, prices
from playground.imageapi.options import (
    CALLS_AT_ONCE,
    CDN_LIMIT_SECONDS,
    DAILY_IMAGES,
    DEFAULT_MODEL,
    MAX_ANSWER_BYTES_OF_KEY,
    MAX_EDGE,
    MAX_FILE_BYTES,
    MAX_PIXELS,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    PARAMETER,
    QUALITIES,
    SDK_DEFAULT_TIMEOUT_SECONDS,
    SDK_TIMEOUT_SECONDS,
    SIZES,
    UNCERTAIN_SIZES,
    URL_LIFETIME_SECONDS,
)
from playground.imageapi.profiles import PROFILES
from playground.pages import addresses, choices
from playground.pages.forms import own_size_rules


@dataclass(frozen=True, slots=True)
class PriceCell:
    """What one picture costs here and at the official rate; `official` is empty where none is published."""

    id: str
    quality: str
    price: str
    is_floor: bool
    official: str


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A size with its prices; `is_uncertain`: QCode prices it but does not list it among its values."""

    id: str
    name: str
    pixels: str
    is_uncertain: bool
    cells: list[PriceCell]


@dataclass(frozen=True, slots=True)
class TimeRow:
    """How long a quality takes, in seconds, and what the time limit of a CDN makes of it."""

    quality: str
    low: int
    high: int
    extreme: int
    risk: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One listed API: where it is best used from, and its base address."""

    id: str
    label: str
    where: str
    base_url: str
    protocol: str
    behind_cdn: bool


def size_rows() -> list[SizeRow]:
    """The price table, a row a size."""
    return [
        SizeRow(
            id=f"price-{size.name}",
            name=size.name,
            pixels=f"{size.width} × {size.height}",
            is_uncertain=size.name in UNCERTAIN_SIZES,
            cells=[_cell(size.name, quality) for quality in QUALITIES],
        )
        for size in SIZES
    ]


def _cell(size: str, quality: str) -> PriceCell:
    price, actual = prices.picture_price(size, quality), prices.actual_cost(size, quality)
    return PriceCell(
        id=f"price-{size}-{quality}",
        quality=quality,
        price=prices.dollars(price),
        is_floor=price == prices.FLOOR_MICRO_USD,
        official=prices.dollars(actual) if actual is not None else "",
    )


def time_rows() -> list[TimeRow]:
    """The latency table, a row a quality."""
    return [
        TimeRow(name, seconds.low, seconds.high, latency.EXTREME[name], latency.CDN_RISK[name])
        for name, seconds in latency.TYPICAL.items()
    ]


def entry_rows(request: HttpRequest) -> list[EntryRow]:
    """The listed APIs in their order."""
    return [
        EntryRow(
            id=f"api-{api.id}",
            label=choices.label_of(api.id),
            where=choices.where_of(api),
            base_url=addresses.base_url_of(request, api),
            protocol=urlsplit(addresses.base_url_of(request, api)).scheme.upper(),
            behind_cdn=api.behind_cdn,
        )
        for api in settings.IMAGE_APIS.values()
    ]


def figures() -> dict[str, Any]:
    """Single figures that sentences of the reference name."""
    high = prices.picture_price(SIZES[0].name, "high")
    return {
        "model": DEFAULT_MODEL,
        "daily": DAILY_IMAGES,
        "calls": CALLS_AT_ONCE,
        "file_mb": MAX_FILE_BYTES // MIB,
        "total_mb": MAX_TOTAL_BYTES // MIB,
        "sources": MAX_SOURCES,
        "megapixels": MAX_PIXELS // 1_000_000,
        "edge": MAX_EDGE,
        "most": PARAMETER["n"].maximum,
        "cdn": CDN_LIMIT_SECONDS,
        "timeout": SDK_TIMEOUT_SECONDS,
        "sdk_default": SDK_DEFAULT_TIMEOUT_SECONDS,
        "answers_mb": MAX_ANSWER_BYTES_OF_KEY // MIB,
        "url_minutes": URL_LIFETIME_SECONDS // 60,
        "floor": prices.dollars(prices.FLOOR_MICRO_USD),
        "token_input": prices.dollars(official.IMAGE_IN * prices.MICRO),
        "token_output": prices.dollars(official.IMAGE_OUT * prices.MICRO),
        "cheapest": prices.dollars(prices.TABLE[SIZES[0].name, "low"]),
        "one_high": prices.dollars(high),
        "two_high": prices.dollars(2 * high),
        "typical_low": prices.dollars(official.TYPICAL.low),
        "typical_high": prices.dollars(official.TYPICAL.high),
        "official": PROFILES["openai"],
        "official_sizes": own_size_rules(),
        "usage_url": PROFILES["qcode"].usage_url,
        "deadline": f"{settings.RUN_DEADLINE:g}",
    }
