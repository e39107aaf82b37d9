"""The official API of gpt-image-2: any size within its rules, and a price by tokens.

Sizes and prices as collected in the field; the output formula is inferred (see `tokens`), so an estimate stays one.
"""

from typing import Final

from playground.imageapi.messages import ImageRequest, Usage
from playground.imageapi.options import AUTO, QUALITIES, SIZE_NAMES, size_of
from playground.imageapi.prices import Estimate
from playground.imageapi.tokens import PREVIEW_TOKENS, input_tokens, output_tokens, text_tokens

EDGE_STEP: Final = 16
LONGEST_EDGE: Final = 3840
MOST_ASPECT: Final = 3
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
# Micro-dollars a token, which is dollars a million tokens, from the official price list.
TEXT_IN: Final = 5
IMAGE_IN: Final = 8
IMAGE_OUT: Final = 30
# What a picture typically costs there, in micro-dollars.
TYPICAL: Final = Estimate(40_000, 350_000)
# What a source counts as while its pixels are not looked at: its inputs are always taken at high fidelity.
_SOURCE: Final = (1024, 1024, "high")


def is_size(name: str) -> bool:
    """Whether `WIDTHxHEIGHT` keeps the rules for sizes."""
    width, _, height = name.partition("x")
    if not all(one.isascii() and one.isdigit() and len(one) < 5 and one[0] != "0" for one in (width, height)):
        return False
    shorter, longer = sorted(size_of(name))
    return (
        shorter % EDGE_STEP == longer % EDGE_STEP == 0
        and longer <= LONGEST_EDGE
        and longer <= MOST_ASPECT * shorter
        and LEAST_PIXELS <= shorter * longer <= MOST_PIXELS
    )


def cost(usage: Usage) -> int:
    """Micro-dollars of a call by the tokens that its answer reports. Input whose kind it does not say is text."""
    text = max(usage.input_text_tokens, usage.input_tokens - usage.input_image_tokens)
    return usage.output_tokens * IMAGE_OUT + usage.input_image_tokens * IMAGE_IN + text * TEXT_IN


def expected_cost(request: ImageRequest) -> Estimate:
    """About what a request will cost; `auto` spans the sizes and qualities that it may turn into."""
    count = request.n or 1
    sizes = SIZE_NAMES[:3] if request.size in (None, AUTO) else (str(request.size),)
    qualities = QUALITIES if request.quality in (None, AUTO) else (str(request.quality),)
    drawn = [output_tokens(size, quality) for size in sizes for quality in qualities]
    read = text_tokens(request.prompt) * TEXT_IN + len(request.images) * input_tokens(*_SOURCE) * IMAGE_IN
    previews = PREVIEW_TOKENS * (request.partial_images or 0) * IMAGE_OUT if request.stream else 0
    low, high = (count * one * IMAGE_OUT + read for one in (min(drawn), max(drawn)))
    return Estimate(low, high + count * previews)
