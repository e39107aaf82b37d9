"""Estimate duration and price of a run before it is sent."""

from django.conf import settings

from playground.imageapi import pricing
from playground.imageapi.catalog import ANIMATION, AUTO, PARAMETER, VECTOR
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest

__all__ = ["expected_price", "expected_seconds"]


def expected_seconds(api: ImageApi, request: ImageRequest) -> pricing.SecondsRange:
    """Return the range of seconds that `api` will need; the demo takes DEMO_SECONDS."""
    if api.is_builtin:
        return pricing.demo_latency(settings.DEMO_SECONDS)
    return pricing.expected_latency(
        *_size_and_quality(request),
        sources=len(request.images),
        fidelity=request.input_fidelity or "low",
        qualities=api.profile.capabilities(request.model).model.qualities,
        is_slow=request.complexity == "high" or request.output_format in (ANIMATION, VECTOR),
    )


def expected_price(api: ImageApi, request: ImageRequest) -> pricing.Estimate:
    """Return the range of the price at `api` in micro-dollars; approximate where tokens are charged."""
    if not api.profile.priced_by_table:
        return pricing.expected_official_cost(request)
    return pricing.estimate_price(*_size_and_quality(request), request.n or 1)


def _size_and_quality(request: ImageRequest) -> tuple[str, str]:
    size = request.size or PARAMETER["size"].default_for(request.endpoint) or AUTO
    quality = request.quality or PARAMETER["quality"].default_for(request.endpoint) or AUTO
    return str(size), str(quality)
