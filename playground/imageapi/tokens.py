"""Tokens of a picture, as the official API reports them in `usage`.

The output formula is inferred, not published: it meets every reading of the public calculator that we know.
The input formula is the one that the official guide gives for gpt-image-1; for gpt-image-2 none is published.
"""

from collections.abc import Iterable
from typing import Final

from playground.imageapi.messages import Usage
from playground.imageapi.options import size_of

# Cells along the longer edge.
GRID: Final = {"low": 16, "medium": 48, "high": 96}
PREVIEW_TOKENS: Final = 100
BYTES_PER_TEXT_TOKEN: Final = 4
# A picture that is sent: scaled down to this shorter edge in pixels, then tokens for it and for each tile of it.
INPUT_EDGE: Final = 512
INPUT_BASE_TOKENS: Final = 65
INPUT_TILE_TOKENS: Final = 129
# What input_fidelity=high adds for squares, and for all other shapes.
FIDELITY_TOKENS: Final = (4160, 6240)


def output_tokens(size: str, quality: str) -> int:
    """Tokens of one picture. Raises KeyError for a quality outside GRID, ValueError for a wrong size."""
    width, height = size_of(size)
    longer = GRID[quality]
    shorter = round(longer * min(width, height) / max(width, height))
    return -(-longer * shorter * (2_000_000 + width * height) // 4_000_000)


def input_tokens(width: int, height: int, fidelity: str) -> int:
    """Tokens of one picture that is sent with an edit, `width` x `height` pixels; `fidelity` is low or high."""
    shorter, longer = sorted((width, height))
    if shorter > INPUT_EDGE:
        # Rounded down: 1024x1025 is one tile, as the API bills it.
        shorter, longer = INPUT_EDGE, longer * INPUT_EDGE // shorter
    tiles = -(-shorter // INPUT_EDGE) * -(-longer // INPUT_EDGE)
    detail = FIDELITY_TOKENS[shorter != longer] if fidelity == "high" else 0
    return INPUT_BASE_TOKENS + tiles * INPUT_TILE_TOKENS + detail


def text_tokens(prompt: str) -> int:
    """About how many tokens a prompt has: four bytes of UTF-8 a token fits English and Chinese roughly."""
    return -(-len(prompt.encode()) // BYTES_PER_TEXT_TOKEN)


def usage_of(prompt: str, pictures: Iterable[tuple[str, str]], *, previews: int = 0, image_tokens: int = 0) -> Usage:
    """Usage of a call that drew `pictures`, each (size, quality), and sent `previews` partial ones.

    `image_tokens` are those of the pictures that it was given.
    """
    text = text_tokens(prompt)
    read = text + image_tokens
    written = sum(output_tokens(size, quality) for size, quality in pictures) + previews * PREVIEW_TOKENS
    return Usage(
        input_tokens=read,
        output_tokens=written,
        total_tokens=read + written,
        input_image_tokens=image_tokens,
        input_text_tokens=text,
    )
