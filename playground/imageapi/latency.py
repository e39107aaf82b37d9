"""How long a picture takes by quality, and how likely a CDN with a limit of 100 s cuts it off."""

from dataclasses import dataclass
from typing import Final, Literal

from playground.imageapi.options import AUTO, CDN_LIMIT_SECONDS

Risk = Literal["safe", "near", "frequent"]


@dataclass(frozen=True, slots=True)
class Seconds:
    """A range of seconds."""

    low: int
    high: int


TYPICAL: Final = {"low": Seconds(20, 35), "medium": Seconds(50, 90), "high": Seconds(70, 120)}
EXTREME: Final = {"low": 50, "medium": 120, "high": 150}
CDN_RISK: Final[dict[str, Risk]] = {"low": "safe", "medium": "near", "high": "frequent"}
LARGE_SIZES: Final = ("2048x2048",)


def expected(size: str, quality: str, *, sources: int = 0, fidelity: str = "low") -> Seconds:
    """Typical seconds for a request; up to the extreme for large sizes, several sources and high fidelity."""
    low_quality, high_quality = ("low", "high") if quality == AUTO else (quality, quality)
    typical = Seconds(TYPICAL[low_quality].low, TYPICAL[high_quality].high)
    if size in LARGE_SIZES or sources > 1 or (sources and fidelity == "high"):
        return Seconds(typical.high if quality != AUTO else typical.low, EXTREME[high_quality])
    return typical


def cdn_risk(quality: str) -> Risk:
    """How likely a call passes the CDN's limit; `auto` may turn out high."""
    return CDN_RISK["high" if quality == AUTO else quality]


__all__ = ["CDN_LIMIT_SECONDS", "CDN_RISK", "EXTREME", "TYPICAL", "Risk", "Seconds", "cdn_risk", "expected"]
