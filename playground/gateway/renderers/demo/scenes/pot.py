"""Where a vessel stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pot:
    """Where the vessel stands: its middle, foot and height in pixels, and which side the light is on."""

    x: float
    foot: float
    tall: float
    light: int
