"""Hand-picked families of colour for the times of day, and how a prompt's own colours join them."""

from dataclasses import dataclass, replace
from random import Random

from ..scene import Scene
from .colour import Colour, colour, mix, tone

_CODES = (
    "navy=#1d2f5c turquoise=#2fa39a orange=#e8792b cream=#f4e6cc red=#cf3a32 gold=#d9a441 "
    "yellow=#f0c541 mint=#a9d3bb green=#4b8b5a blue=#3a72c4 purple=#7d53b0 pink=#e887a5 "
    "brown=#87583a black=#1c1a1d white=#f8f6f1 grey=#8d9196"
)
NAMED = dict(pair.split("=") for pair in _CODES.split())


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by the job they do. `sky` runs from the top down to the horizon."""

    sky: tuple[Colour, ...]
    glow: Colour
    haze: Colour
    far: Colour
    near: Colour
    ground: Colour
    accents: tuple[Colour, Colour, Colour]
    dark: bool = False


# Rows of sky (from the top down), glow, haze, far, near, ground and the three accents.
_ROWS = {
    "dawn": (
        "6d8fb8 b5b7d3 f3cdb9 fbe6c8 | fff0cf | efd9d0 | 93a5bd | 2c4452 | 57746f | e8896b f2b766 5d93a1",
        "7a9cc0 c6c9dc f6d9d0 fdeedd | fff3dc | e9dfe0 | a3b3c8 | 34505a | 66837a | d97b7b f4c27a 6f9fae",
    ),
    "day": (
        "3f8fd2 86c1ea d7eef7 | fff6d8 | dcedf4 | 8fb4cc | 1f4a45 | 6f9a5b | e9694c f3c14b 2f8f9b",
        "4a9cc9 9fd3e3 eaf5ee | fffbe4 | e3f0ee | 96bcc4 | 235048 | 86a862 | e2725b f5cc5c 3b7ea1",
    ),
    "sunset": (
        "2c2858 7b3b74 d9586a f6935a fdd08a | ffe0a3 | f3a06f | 8a4a72 | 1f1733 | 5b3350 | ff7a52 ffc25f 6c4fa0",
        "23395d 6d5a8c d9757c f9b27a fee3b0 | ffe9bd | f3b48d | 7d5f88 | 1b1d36 | 594862 | f0695f ffcd73 4d7ea8",
    ),
    "night": (
        "050a1c 0e1f42 27457a 4a6a99 | f6f0d8 | 3f5f8f | 2b4672 | 060c1c | 0f1c33 | f2c14e 6fd3e8 ef6f6c",
        "08081d 1a1845 3d3474 6c5a9c | fbeedd | 55498a | 372f69 | 08081a | 17173a | ffcf70 8fd0ff f58ab0",
    ),
    "neon": (
        "060419 190b3d 4a1468 b32a86 | ff8ad0 | 7b2a8c | 31145c | 07051a | 0d0a22 | ff3d9a 28e0ee ffb347",
        "030a1c 06203f 0d4a6b 2a9aa0 | 9ff5ee | 1f6a86 | 0c3a58 | 030814 | 07131f | 24e6d8 ff4f8b ffd166",
        "0a0420 260a4a 5b1d7a f0577a | ffb08a | 8c3a86 | 3a1663 | 090518 | 120a28 | ff5f6d 5ad1ff b57bff",
    ),
    "rain": ("4c5a68 7c8b97 b9c4c9 | f2ead2 | a9b5bc | 7b8a95 | 24313a | 46555c | d9734e e6b75a 4f8f9f",),
    "snow": ("8fa9c6 c2d2e2 eef3f6 | fff8ea | e4ebf1 | a9bdd0 | 3a5468 | f1f5f8 | cf5b4a e2b04f 4e7fa3",),
    "fog": (
        "b3c0c4 d0d8d8 ebece6 | fffaf0 | e2e6e3 | a9b8ba | 35494d | 8d9b94 | c9765a d9b26c 5f8a8f",
        "9fb0bd c6d0d6 f0ead9 | fff4df | e3e3dd | 9cadb7 | 33454f | 8a978f | c97f5f e0bd7c 5d8596",
    ),
}
_DARK = frozenset({"night", "neon"})


def _family(row: str, dark: bool) -> Palette:
    sky, *single, accents = ([colour(code) for code in part.split()] for part in row.split("|"))
    (glow,), (haze,), (far,), (near,), (ground,) = single
    first, second, third = accents
    return Palette(tuple(sky), glow, haze, far, near, ground, (first, second, third), dark)


FAMILIES = {name: tuple(_family(row, name in _DARK) for row in rows) for name, rows in _ROWS.items()}


def choose_palette(scene: Scene, time: str, rng: Random) -> Palette:
    """Return the palette for a time of day, turned a little by the dice and tinted by the prompt's colours."""
    family = rng.choice(FAMILIES[time])
    # A few degrees of hue tell two pictures of one family apart and keep its harmony.
    turned = _turn(family, rng.uniform(-7, 7))
    # Without hue they would only dull the family; scenes use them for their subjects.
    chosen = [named_colour(name) for name in scene.colours if name not in ("black", "white", "grey")]
    return _tint(turned, chosen) if chosen else turned


def named_colour(name: str) -> Colour:
    """Return the colour that a colour word stands for."""
    return colour(NAMED[name])


def _turn(base: Palette, degrees: float) -> Palette:
    first, second, third = (tone(value, turn=degrees) for value in base.accents)
    return replace(
        base,
        sky=tuple(tone(value, turn=degrees) for value in base.sky),
        far=tone(base.far, turn=degrees),
        near=tone(base.near, turn=degrees),
        accents=(first, second, third),
    )


def _tint(base: Palette, chosen: list[Colour]) -> Palette:
    """Use the wanted colours as accents, and tint the air with the first one."""
    air = chosen[0]
    first, second, third = [*chosen, *base.accents][:3]
    return replace(
        base,
        sky=tuple(mix(value, air, 0.16) for value in base.sky),
        haze=mix(base.haze, air, 0.18),
        far=mix(base.far, air, 0.22),
        accents=(first, second, third),
    )
