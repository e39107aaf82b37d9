"""What a picture costs by size and quality, in whole micro-dollars (docs/api-contract.md, Prices and times).

Prices are per delivered picture, with a floor; mask and sources are free, and failures cost nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from playground.imageapi.options import AUTO, QUALITIES, SIZE_NAMES

FLOOR_MICRO_USD: Final = 80_000
MICRO: Final = 1_000_000
# What a picture is charged as when neither the request nor the answer names a quality of the table.
UNTOLD_QUALITY: Final = "medium"

# The official API's cost before the floor where QCode publishes it; the floor itself elsewhere.
TABLE: Final[dict[tuple[str, str], int]] = {
    ("1024x1024", "low"): 6_000,
    ("1024x1024", "medium"): 53_000,
    ("1024x1024", "high"): 211_000,
    ("1024x1536", "low"): 5_000,
    ("1024x1536", "medium"): 41_000,
    ("1024x1536", "high"): 165_000,
    ("1536x1024", "low"): 5_000,
    ("1536x1024", "medium"): 41_000,
    ("1536x1024", "high"): 165_000,
    ("2048x2048", "low"): FLOOR_MICRO_USD,
    ("2048x2048", "medium"): FLOOR_MICRO_USD,
    ("2048x2048", "high"): 285_000,
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The least and the most a request can cost, in micro-dollars; equal unless something is `auto`."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether the price is known before sending."""
        return self.low == self.high


def rendered_quality(*candidates: object) -> str:
    """The first of the candidates that the table knows, else what an untold quality is charged as."""
    return next((str(one) for one in candidates if one in QUALITIES), UNTOLD_QUALITY)


def picture_price(size: str, quality: str) -> int:
    """Micro-dollars for one delivered picture. Raises KeyError for a size or quality outside the table."""
    return max(TABLE[size, quality], FLOOR_MICRO_USD)


def actual_cost(size: str, quality: str) -> int | None:
    """Micro-dollars of one picture before the floor, as the official API asks; None where none is known."""
    cost = TABLE[size, quality]
    return None if cost == FLOOR_MICRO_USD else cost


def estimate(size: str, quality: str, n: int, *, auto_sizes: Iterable[str] = SIZE_NAMES[:3]) -> Estimate:
    """What `n` pictures can cost; `auto` spans the sizes or qualities it may resolve to."""
    sizes = tuple(auto_sizes) if size == AUTO else (size,)
    qualities = QUALITIES if quality == AUTO else (quality,)
    prices = [picture_price(one, other) for one in sizes for other in qualities]
    return Estimate(min(prices) * n, max(prices) * n)


def dollars(micro_usd: int) -> str:
    """Micro-dollars as people read them: at least two decimals, more only when they count (`$0.08`, `$0.422`)."""
    whole, rest = divmod(micro_usd, MICRO)
    decimals = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"${whole}.{decimals}"
