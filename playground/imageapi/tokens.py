"""Tokens of a picture, as the official API reports them in `usage`.

The output formula is inferred, not published: it meets every reading of the public calculator that we know.
"""

from collections.abc import Iterable
from typing import Final

from playground.imageapi.messages import Usage
from playground.imageapi.options import size_of

# Cells along the longer edge.
GRID: Final = {"low": 16, "medium": 48, "high": 96}
PREVIEW_TOKENS: Final = 100
BYTES_PER_TEXT_TOKEN: Final = 4


def output_tokens(size: str, quality: str) -> int:
    """Tokens of one picture. Raises KeyError for a quality outside GRID, ValueError for a wrong size."""
    width, height = size_of(size)
    longer = GRID[quality]
    shorter = round(longer * min(width, height) / max(width, height))
    return -(-longer * shorter * (2_000_000 + width * height) // 4_000_000)


def text_tokens(prompt: str) -> int:
    """About how many tokens a prompt has: four bytes of UTF-8 a token fits English and Chinese roughly."""
    return -(-len(prompt.encode()) // BYTES_PER_TEXT_TOKEN)


def usage_of(prompt: str, pictures: Iterable[tuple[str, str]], *, previews: int = 0) -> Usage:
    """Usage of a call that drew `pictures`, each (size, quality), and sent `previews` partial ones."""
    read = text_tokens(prompt)
    written = sum(output_tokens(size, quality) for size, quality in pictures) + previews * PREVIEW_TOKENS
    return Usage(input_tokens=read, output_tokens=written, total_tokens=read + written, input_text_tokens=read)
