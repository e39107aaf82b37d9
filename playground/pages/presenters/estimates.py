"""The price and the time of a request before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi import pricing
from playground.imageapi.catalog import (
    AUTO,
    CDN_LIMIT_SECONDS,
    DEFAULT_MODEL,
    FIDELITIES,
    OUTPUT_FORMATS,
    PARAMETER,
    SIZES,
    UNDOCUMENTED_SIZES,
    Endpoint,
)
from playground.imageapi.pricing import SecondsRange
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.pages.presenters import apis
from playground.pages.presenters.apis import ApiChoice
from playground.pages.presenters.frames import describe_new_shape
from playground.runs.models import Run
from playground.runs.services.submit import expected_price, expected_seconds

# Price and time depend on the number of sources, not on their content.
_ANY_SOURCE: Final = SourceImage(Path(), "", "", 0)


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """The settings that price and time depend on."""

    size: str = SIZES[0].name
    quality: str = "low"
    n: int = 1
    endpoint: Endpoint = "generations"
    sources: int = 0
    fidelity: str = FIDELITIES[0]
    model: str = DEFAULT_MODEL
    output_format: str = OUTPUT_FORMATS[0]
    frame_count: int | None = None
    complexity: str = ""

    @classmethod
    def read(
        cls, values: Mapping[str, object], api: ImageApi, endpoint: Endpoint = "generations", sources: int = 0
    ) -> "EstimateRequest":
        """Read a half-filled form; values that are not offered count as the defaults."""
        text = {name: str(value or "") for name, value in values.items()}
        default = cls()
        capabilities = api.profile.capabilities(text.get("model", ""))

        def offered(name: str, otherwise: str) -> str:
            return text[name] if text.get(name) in capabilities.values(name, endpoint) else otherwise

        own, size, frames = text.get("own_size", ""), text.get("size", ""), text.get("frame_count", "")
        # A custom size counts before a chosen one, as in `BriefForm.clean`.
        size = own if capabilities.accepts_size(own) else size
        max_frames = PARAMETER["frame_count"].maximum or 1
        return cls(
            size
            if capabilities.accepts_size(size)
            else offered("size", AUTO if endpoint == "edits" else default.size),
            text["quality"] if text.get("quality") == AUTO else offered("quality", default.quality),
            int(offered("n", "1")),
            endpoint,
            sources,
            offered("input_fidelity", default.fidelity),
            capabilities.model_name,
            offered("output_format", default.output_format),
            # The length first: Python converts no text of more than 4,300 digits to a number (CVE-2020-10735).
            int(frames) if re.fullmatch("[0-9]{1,4}", frames, re.ASCII) and int(frames) <= max_frames else None,
            offered("complexity", default.complexity),
        )

    def request(self) -> ImageRequest:
        """Return a request with the same price and time."""
        images = (_ANY_SOURCE,) * self.sources
        return ImageRequest(
            self.endpoint,
            "",
            model=self.model,
            size=self.size,
            quality=self.quality,
            n=self.n,
            images=images,
            input_fidelity=self.fidelity if images else None,
            output_format=self.output_format,
            frame_count=self.frame_count,
            complexity=self.complexity or None,
        )


@dataclass(frozen=True, slots=True)
class EstimateView:
    """Price and time for the page; `micro_usd` is the highest possible price."""

    micro_usd: int
    low: int
    high: int
    label: str
    seconds_label: str
    button: str
    prices: dict[str, tuple[str, str]]
    warning: str
    direct: ApiChoice | None
    notice: str
    shape_note: str
    is_demo: bool


def estimate_view(
    request: HttpRequest, api: ImageApi, wanted: EstimateRequest, run: Run | None = None
) -> EstimateView:
    """Return price and time of `wanted` at `api`, with warnings; `run` is the edit whose pictures are sent again."""
    price = expected_price(api, wanted.request())
    label, seconds = price_label(price, api), expected_seconds(api, wanted.request())
    alternative = apis.direct_alternative(api)
    warning = cdn_warning(api, wanted.quality)
    is_demo = apis.api_choice(request, api).is_demo
    return EstimateView(
        micro_usd=price.high,
        low=price.low,
        high=price.high,
        label=label,
        seconds_label=seconds_label(seconds),
        button=_("Generate · %(price)s · ~%(seconds)d s") % {"price": label, "seconds": approximate_seconds(seconds)},
        prices={
            quality: _quality_estimate(api, replace(wanted, quality=quality))
            for quality in api.profile.capabilities(wanted.model).model.qualities
        },
        warning=warning,
        direct=apis.api_choice(request, alternative) if warning and alternative else None,
        notice=size_notice(api, wanted.size),
        shape_note=describe_new_shape(run, wanted.size) if run else "",
        is_demo=is_demo,
    )


def price_for_form(fields: Mapping[str, str], endpoint: Endpoint | str, sources: int = 0) -> str:
    """Return what sending these fields costs, for their button; empty when the API is not listed any more."""
    api = settings.IMAGE_APIS.get(fields.get("api", ""))
    if api is None:
        return ""
    wanted = EstimateRequest.read(fields, api, "edits" if endpoint == "edits" else "generations", sources)
    return price_label(expected_price(api, wanted.request()), api)


def price_label(price: pricing.Estimate, api: ImageApi | None = None) -> str:
    """Format a price: `$0.08`, a range `$0.08–$0.211`, or `≈ $0.05` where tokens are counted afterwards."""
    if api is not None and not api.profile.priced_by_table:
        # Tokens are counted afterwards, so a tenth of a cent is all that can be promised.
        rounded = pricing.Estimate(*(max(1000, round(bound, -3)) for bound in (price.low, price.high)))
        return f"≈ {price_label(rounded)}"
    if price.is_exact:
        return pricing.format_dollars(price.high)
    return f"{pricing.format_dollars(price.low)}–{pricing.format_dollars(price.high)}"


def seconds_label(seconds: SecondsRange) -> str:
    """Format a range of seconds: `20–35 s`."""
    return _("%(low)d–%(high)d s") % {"low": seconds.low, "high": seconds.high}


def approximate_seconds(seconds: SecondsRange) -> int:
    """Return the middle of a range, in steps of five from ten on."""
    # "~37 s" would promise more than is known.
    middle = (seconds.low + seconds.high) // 2
    return middle if middle < 10 else middle // 5 * 5


def cdn_warning(api: ImageApi, quality: str) -> str:
    """Return a sentence when the call is likely to exceed the CDN's limit, else nothing."""
    risk = pricing.cdn_risk(quality) if api.behind_cdn else "safe"
    if risk == "frequent":
        return _("This API cuts requests off after %(limit)d s, and this quality often takes longer.") % {
            "limit": CDN_LIMIT_SECONDS
        }
    if risk == "near":
        return _("This API cuts requests off after %(limit)d s, and this quality sometimes takes that long.") % {
            "limit": CDN_LIMIT_SECONDS
        }
    return ""


def _quality_estimate(api: ImageApi, wanted: EstimateRequest) -> tuple[str, str]:
    request = wanted.request()
    return price_label(expected_price(api, request), api), seconds_label(expected_seconds(api, request))


def size_notice(api: ImageApi, size: str) -> str:
    """Return a sentence about a size that the API may reject, else nothing."""
    # The reference lists a price for 2K, but the provider does not confirm the size.
    if api.profile.name != "qcode" or size not in UNDOCUMENTED_SIZES:
        return ""
    return _("QCode lists a price for %(size)s but may reject it. You aren't charged if it does.") % {
        "size": size.replace("x", "×")
    }
