"""Colours as whole RGB triples, and the few sums that painters do with them."""

import colorsys

type Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)


def colour(code: str) -> Colour:
    """Read `#rrggbb` or `rrggbb`; raise ValueError for anything else."""
    value = int(code.removeprefix("#"), 16)
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; `share` 0 is `first`, 1 is `second`."""
    share = min(max(share, 0.0), 1.0)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def tone(base: Colour, turn: float = 0.0, light: float = 0.0, rich: float = 0.0) -> Colour:
    """Turn the hue by degrees, and move lightness and saturation by -1 to 1."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in base))
    lightness = min(max(lightness + light, 0.0), 1.0)
    saturation = min(max(saturation + rich, 0.0), 1.0)
    red, green, blue = colorsys.hls_to_rgb((hue + turn / 360) % 1.0, lightness, saturation)
    return (round(red * 255), round(green * 255), round(blue * 255))


def luminance(value: Colour) -> float:
    """Return the relative luminance from 0 (black) to 1 (white), as WCAG counts it."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in value]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Colour, second: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pick_legible(ground: Colour, *choices: Colour) -> Colour:
    """Return the first choice that reads well on the ground, or the one that reads best."""
    for choice in choices:
        # The minimum of WCAG 2, level AA, for text.
        if contrast(choice, ground) >= 4.5:
            return choice
    return max((*choices, BLACK, WHITE), key=lambda choice: contrast(choice, ground))
