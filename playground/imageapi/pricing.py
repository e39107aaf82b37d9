"""Prices, tokens, times and billing days (docs/api-contract.md, Prices and times). Money is in micro-dollars.

A price is for each delivered picture and has a floor. Mask and sources are free, and failures cost nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Final, Literal
from zoneinfo import ZoneInfo

from playground.imageapi.catalog import (
    ANIMATION,
    AUTO,
    AUTO_SIZE_NAMES,
    DEFAULT_MODEL,
    IMAGE_MODELS,
    LARGE_SIZES,
    PARAMETER,
    QUALITIES,
    SIZES,
    VECTOR,
    ImageModel,
    find_model,
    parse_size,
)
from playground.imageapi.schemas import ImageRequest, Usage

# QCode charges at least $0.08 for a picture, whatever it costs officially.
FLOOR_MICRO_USD: Final = 80_000
# Whole micro-dollars: floats would lose cents (docs/decisions/0008-money-is-a-ledger.md).
MICRO: Final = 1_000_000
# The quality that is charged when neither request nor response names one of the table.
DEFAULT_QUALITY: Final = "medium"

# The official cost before the floor, from the rows of SIZES; the floor itself where QCode publishes none.
PRICE_TABLE: Final[dict[tuple[str, str], int]] = {
    (size.name, quality): FLOOR_MICRO_USD if cost is None else cost
    for size in SIZES
    for quality, cost in zip(QUALITIES, size.micro_usd, strict=True)
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lowest and the highest cost of a request, in micro-dollars; equal unless something is `auto`."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """True when the price is known before sending."""
        return self.low == self.high


def rendered_quality(*candidates: object) -> str:
    """Return the first candidate that is a quality of the table, else DEFAULT_QUALITY."""
    return next((str(candidate) for candidate in candidates if candidate in QUALITIES), DEFAULT_QUALITY)


def picture_price(size: str, quality: str) -> int:
    """Return the price of one delivered picture. Raises KeyError for a size or quality outside the table."""
    return max(PRICE_TABLE[size, quality], FLOOR_MICRO_USD)


def actual_cost(size: str, quality: str) -> int | None:
    """Return the official cost of one picture before the floor; None where it is unknown."""
    cost = PRICE_TABLE[size, quality]
    return None if cost == FLOOR_MICRO_USD else cost


def estimate_price(size: str, quality: str, n: int, *, auto_sizes: Iterable[str] = AUTO_SIZE_NAMES) -> Estimate:
    """Return the cost of `n` pictures; `auto` spans the sizes or qualities that it may become."""
    sizes = tuple(auto_sizes) if size == AUTO else (size,)
    qualities = QUALITIES if quality == AUTO else (quality,)
    prices = [picture_price(each_size, each_quality) for each_size in sizes for each_quality in qualities]
    return Estimate(min(prices) * n, max(prices) * n)


def format_dollars(micro_usd: int) -> str:
    """Format micro-dollars with at least two decimals, and more only when needed (`$0.08`, `$0.422`)."""
    dollars, micro = divmod(micro_usd, MICRO)
    decimals = f"{micro:06d}".rstrip("0").ljust(2, "0")
    return f"${dollars}.{decimals}"


# Cells along the longer edge. Those of xhigh and max are not published: assumed with room to spare.
GRID: Final = {"low": 16, "medium": 48, "high": 96, "xhigh": 144, "max": 192}
PREVIEW_TOKENS: Final = 100
BYTES_PER_TEXT_TOKEN: Final = 4
# A picture that is sent: scaled down to this shorter edge in pixels, then tokens for it and for each tile of it.
INPUT_EDGE: Final = 512
INPUT_BASE_TOKENS: Final = 65
INPUT_TILE_TOKENS: Final = 129
# What input_fidelity=high adds for squares, and for all other shapes.
FIDELITY_TOKENS: Final = (4160, 6240)


def count_output_tokens(size: str, quality: str) -> int:
    """Count the tokens of one picture. Raises KeyError for a quality outside GRID, ValueError for a wrong size."""
    width, height = parse_size(size)
    longer = GRID[quality]
    shorter = round(longer * min(width, height) / max(width, height))
    return -(-longer * shorter * (2_000_000 + width * height) // 4_000_000)


def count_input_tokens(width: int, height: int, fidelity: str) -> int:
    """Count the tokens of one picture that is sent with an edit; `fidelity` is low or high."""
    shorter, longer = sorted((width, height))
    if shorter > INPUT_EDGE:
        # Rounded down: 1024x1025 is one tile, as the API bills it.
        shorter, longer = INPUT_EDGE, longer * INPUT_EDGE // shorter
    tiles = -(-shorter // INPUT_EDGE) * -(-longer // INPUT_EDGE)
    detail = FIDELITY_TOKENS[shorter != longer] if fidelity == "high" else 0
    return INPUT_BASE_TOKENS + tiles * INPUT_TILE_TOKENS + detail


def count_text_tokens(prompt: str) -> int:
    """Estimate the tokens of a prompt: four bytes of UTF-8 a token roughly fits English and Chinese."""
    return -(-len(prompt.encode()) // BYTES_PER_TEXT_TOKEN)


def count_usage(
    prompt: str, pictures: Iterable[tuple[str, str]], *, previews: int = 0, image_tokens: int = 0
) -> Usage:
    """Return the usage of a call that rendered `pictures`, each (size, quality), and `previews` partial ones.

    `image_tokens` are those of its sources.
    """
    text_tokens = count_text_tokens(prompt)
    input_tokens = text_tokens + image_tokens
    output_tokens = sum(count_output_tokens(size, quality) for size, quality in pictures) + previews * PREVIEW_TOKENS
    return Usage(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens,
        input_image_tokens=image_tokens,
        input_text_tokens=text_tokens,
    )


# Rules of the official API for sizes outside the table.
EDGE_STEP: Final = 16
MAX_OFFICIAL_EDGE: Final = 3840
MAX_ASPECT: Final = 3
MIN_OFFICIAL_PIXELS: Final = 655_360
MAX_OFFICIAL_PIXELS: Final = 8_294_400
# Tokens with which a language model writes an SVG after its reference picture; no figure is published.
SVG_TOKENS: Final = Estimate(2_000, 16_000)
# The typical cost of a picture there, in micro-dollars.
TYPICAL_TOKENS: Final = Estimate(40_000, 350_000)
# Assumed for each source of an estimate, whose pixels are not read; the model reads all at high fidelity.
_SOURCE: Final = (1024, 1024, "high")


def is_official_size(name: str) -> bool:
    """Say whether the official API accepts `WIDTHxHEIGHT`."""
    width, _, height = name.partition("x")
    if not all(re.fullmatch("[1-9][0-9]{0,3}", edge) for edge in (width, height)):
        return False
    shorter, longer = sorted(parse_size(name))
    return (
        shorter % EDGE_STEP == longer % EDGE_STEP == 0
        and longer <= MAX_OFFICIAL_EDGE
        and longer <= MAX_ASPECT * shorter
        and MIN_OFFICIAL_PIXELS <= shorter * longer <= MAX_OFFICIAL_PIXELS
    )


def official_cost(usage: Usage, model: ImageModel = IMAGE_MODELS[DEFAULT_MODEL]) -> int:
    """Return the cost of a call by its reported tokens. Input tokens of an unreported kind count as text.

    The price of the tokens that write an SVG is not published: they count as much as those of the picture.
    """
    prices = model.prices
    text = max(usage.input_text_tokens, usage.input_tokens - usage.input_image_tokens) + usage.svg_input_tokens
    output = usage.output_tokens + usage.svg_output_tokens
    return _micro_usd(output * prices.image_out + usage.input_image_tokens * prices.image_in + text * prices.text_in)


def expected_official_cost(request: ImageRequest) -> Estimate:
    """Estimate the cost of a request; `auto` spans the sizes and qualities that it may become."""
    model = find_model(request.model) or IMAGE_MODELS[DEFAULT_MODEL]
    prices, count = model.prices, request.n or 1
    sizes = AUTO_SIZE_NAMES if request.size in (None, AUTO) else (str(request.size),)
    qualities = model.qualities if request.quality in (None, AUTO) else (str(request.quality),)
    picture_tokens = [_picture_tokens(model, size, quality) for size in sizes for quality in qualities]
    low, high = min(picture_tokens), max(picture_tokens)
    # How frames are counted is not published: at most, each as a picture of its own.
    if request.output_format == ANIMATION:
        high *= request.frame_count or int(PARAMETER["frame_count"].default or 1)
    if request.output_format == VECTOR:
        low, high = low + SVG_TOKENS.low, high + SVG_TOKENS.high
    if request.stream:
        high += PREVIEW_TOKENS * (request.partial_images or 0)
    pictures = len(request.images) + (request.markup is not None)
    inputs = (
        count_text_tokens(request.prompt) * prices.text_in + pictures * count_input_tokens(*_SOURCE) * prices.image_in
    )
    return Estimate(*(_micro_usd(count * tokens * prices.image_out + inputs) for tokens in (low, high)))


def _picture_tokens(model: ImageModel, size: str, quality: str) -> int:
    if not model.picture_tokens:
        return count_output_tokens(size, quality)
    square, oblong = model.picture_tokens[quality]
    width, height = parse_size(size)
    return square if width == height else oblong


def _micro_usd(cents_a_million: int) -> int:
    """Convert tokens times cents a million tokens, rounded up."""
    return -(-cents_a_million // 100)


Risk = Literal["safe", "near", "frequent"]


@dataclass(frozen=True, slots=True)
class SecondsRange:
    low: int
    high: int


# From docs/api-contract.md, Prices and times; the contract's table is tested against these.
# Those of xhigh and max are not published: assumed to continue the row.
TYPICAL_SECONDS: Final = {
    "low": SecondsRange(20, 35),
    "medium": SecondsRange(50, 90),
    "high": SecondsRange(70, 120),
    "xhigh": SecondsRange(90, 150),
    "max": SecondsRange(120, 180),
}
EXTREME_SECONDS: Final = {"low": 50, "medium": 120, "high": 150, "xhigh": 180, "max": 240}
CDN_RISK: Final[dict[str, Risk]] = {
    "low": "safe", "medium": "near", "high": "frequent", "xhigh": "frequent", "max": "frequent",
}  # fmt: skip


def expected_latency(
    size: str,
    quality: str,
    *,
    sources: int = 0,
    fidelity: str = "low",
    qualities: Sequence[str] = QUALITIES,
    is_slow: bool = False,
) -> SecondsRange:
    """Return the typical seconds of a request: more for large sizes, several sources and high fidelity.

    `auto` spans `qualities`. `is_slow`: something else of the request takes longer, too.
    """
    low_quality, high_quality = (qualities[0], qualities[-1]) if quality == AUTO else (quality, quality)
    typical = SecondsRange(TYPICAL_SECONDS[low_quality].low, TYPICAL_SECONDS[high_quality].high)
    # Each of these takes a model longer, but nobody publishes how much: the range moves to its upper end.
    if is_slow or size in LARGE_SIZES or sources > 1 or (sources and fidelity == "high"):
        return SecondsRange(typical.high if quality != AUTO else typical.low, EXTREME_SECONDS[high_quality])
    return typical


def demo_latency(seconds: float) -> SecondsRange:
    """Return the seconds of a request that the demo draws at a pace of `seconds`, whatever its size and quality."""
    return SecondsRange(max(1, ceil(seconds)), max(2, ceil(seconds) + 2))


def cdn_risk(quality: str) -> Risk:
    """Return how likely a call takes longer than the CDN waits; `auto` may become high."""
    return CDN_RISK["high" if quality == AUTO else quality]


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
