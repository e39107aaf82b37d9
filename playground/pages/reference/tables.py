"""The tables of the reference: prices, times, APIs and parameters; every figure comes from imageapi."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi import parameter_help, pricing
from playground.imageapi.catalog import (
    CDN_LIMIT_SECONDS,
    DAILY_IMAGES,
    DEFAULT_CONCURRENCY,
    DEFAULT_MODEL,
    JOB_LIFETIME_SECONDS,
    MAX_ANSWER_BYTES_OF_KEY,
    MAX_EDGE,
    MAX_FILE_BYTES,
    MAX_PIXELS,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    MODEL_PARAMETERS,
    PARAMETER,
    QUALITIES,
    SDK_DEFAULT_TIMEOUT_SECONDS,
    SDK_TIMEOUT_SECONDS,
    SIZES,
    SOURCE_FETCH_SECONDS,
    STREAM_COMMENT_SECONDS,
    URL_LIFETIME_SECONDS,
    Endpoint,
    Parameter,
    parameters_for,
)
from playground.imageapi.image_models import IMAGE_MODELS
from playground.imageapi.providers import BUILTIN, PROFILES
from playground.pages import addresses
from playground.pages.addresses import studio_page_for
from playground.pages.forms.fields import custom_size_rules
from playground.pages.presenters import apis

_CONTROLS: Final = ("prompt", "size", "quality", "n", *PROFILES[BUILTIN].fields)
_EDIT_CONTROLS: Final = ("image", "mask")
# Form controls whose HTML id does not follow from the field.
_ELEMENT_IDS: Final = {"mask": "mask-slot"}


@dataclass(frozen=True, slots=True)
class PriceCell:
    """The price of one picture; `official` is the official one, empty where none is published."""

    id: str
    quality: str
    price: str
    is_floor: bool
    official: str


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A size with its prices; `is_uncertain`: QCode prices it but does not list it among its values."""

    id: str
    name: str
    pixels: str
    is_uncertain: bool
    cells: list[PriceCell]


@dataclass(frozen=True, slots=True)
class TimeRow:
    """The time of a quality in seconds, and its risk behind a CDN."""

    quality: str
    low: int
    high: int
    extreme: int
    risk: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One listed API with its best region and its base address."""

    id: str
    label: str
    where: str
    base_url: str
    protocol: str
    behind_cdn: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the names of its APIs; `profile` says where its keys come from."""

    profile: str
    labels: str
    key_hint: str


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter; `control` is the address of its form control, empty where there is none."""

    id: str
    name: str
    kind: str
    is_required: bool
    default: str
    values: str
    about: str
    control: str


def size_rows() -> list[SizeRow]:
    """Return the price table, one row for each size."""
    return [
        SizeRow(
            id=f"price-{size.name}",
            name=size.name,
            pixels=f"{size.width} × {size.height}",
            is_uncertain=not size.is_documented,
            cells=[_price_cell(size.name, quality) for quality in QUALITIES],
        )
        for size in SIZES
    ]


def time_rows() -> list[TimeRow]:
    """Return the table of times, one row for each quality."""
    return [
        TimeRow(
            name,
            pricing.TYPICAL_SECONDS[name].low,
            pricing.TYPICAL_SECONDS[name].high,
            pricing.EXTREME_SECONDS[name],
            pricing.CDN_RISK[name],
        )
        for name in QUALITIES
    ]


def entry_rows(request: HttpRequest) -> list[EntryRow]:
    """Return the listed APIs in their order."""
    return [
        EntryRow(
            id=f"api-{api.id}",
            label=apis.api_label(api.id),
            where=apis.api_location(api),
            base_url=addresses.api_base_url(request, api),
            protocol=urlsplit(addresses.api_base_url(request, api)).scheme.upper(),
            behind_cdn=api.behind_cdn,
        )
        for api in settings.IMAGE_APIS.values()
    ]


def account_rows() -> list[AccountRow]:
    """Return the accounts of the listed APIs, in their order; this server's is always there, last if not listed."""
    labels: dict[str, list[str]] = {}
    for api in settings.IMAGE_APIS.values():
        labels.setdefault(api.profile.name, []).append(apis.api_label(api.id))
    labels.setdefault(BUILTIN, [apis.api_label(BUILTIN)])
    return [AccountRow(name, " · ".join(names), PROFILES[name].key_hint) for name, names in labels.items()]


def figures() -> dict[str, Any]:
    """Return the figures that sentences of the reference contain."""
    high = pricing.picture_price(SIZES[0].name, "high")
    return {
        "model": DEFAULT_MODEL,
        "daily": DAILY_IMAGES,
        "calls": DEFAULT_CONCURRENCY,
        "file_mb": MAX_FILE_BYTES // MIB,
        "total_mb": MAX_TOTAL_BYTES // MIB,
        "sources": MAX_SOURCES,
        "megapixels": MAX_PIXELS // 1_000_000,
        "edge": f"{MAX_EDGE:,}",
        "fetch_seconds": SOURCE_FETCH_SECONDS,
        "most": PARAMETER["n"].maximum,
        "prompt": f"{PARAMETER['prompt'].max_length:,}",
        "user": PARAMETER["user"].max_length,
        "previews": PARAMETER["partial_images"].maximum,
        "comment_seconds": STREAM_COMMENT_SECONDS,
        "cdn": CDN_LIMIT_SECONDS,
        "timeout": SDK_TIMEOUT_SECONDS,
        "sdk_default": SDK_DEFAULT_TIMEOUT_SECONDS,
        "answers_mb": MAX_ANSWER_BYTES_OF_KEY // MIB,
        "url_minutes": URL_LIFETIME_SECONDS // 60,
        "job_hours": JOB_LIFETIME_SECONDS // 3600,
        "floor": pricing.format_dollars(pricing.FLOOR_MICRO_USD),
        "token_input": _dollars(IMAGE_MODELS[DEFAULT_MODEL].prices.image_in),
        "token_output": _dollars(IMAGE_MODELS[DEFAULT_MODEL].prices.image_out),
        "cheapest": pricing.format_dollars(pricing.PRICE_TABLE[SIZES[0].name, "low"]),
        "one_high": pricing.format_dollars(high),
        "two_high": pricing.format_dollars(2 * high),
        "typical_low": pricing.format_dollars(pricing.TYPICAL_TOKENS.low),
        "typical_high": pricing.format_dollars(pricing.TYPICAL_TOKENS.high),
        "official": PROFILES["openai"],
        "official_sizes": custom_size_rules(),
        "usage_url": PROFILES["qcode"].usage_url,
        "deadline": f"{settings.RUN_DEADLINE:g}",
    }


def parameter_rows(endpoint: Endpoint) -> list[ParameterRow]:
    """Return the parameters of an endpoint."""
    return [_parameter_row(parameter, endpoint) for parameter in parameters_for(endpoint)]


def model_parameter_rows(endpoint: Endpoint) -> list[ParameterRow]:
    """Return the parameters of an endpoint that only some models of the official API take."""
    return [_parameter_row(parameter, endpoint) for parameter in MODEL_PARAMETERS if endpoint in parameter.endpoints]


def parameter_anchor(endpoint: Endpoint, name: str) -> str:
    """Return the HTML id of a parameter's row."""
    return f"{endpoint}-{name}"


def _dollars(cents: int) -> str:
    return pricing.format_dollars(cents * pricing.MICRO // 100)


def _price_cell(size: str, quality: str) -> PriceCell:
    price, actual = pricing.picture_price(size, quality), pricing.actual_cost(size, quality)
    return PriceCell(
        id=f"price-{size}-{quality}",
        quality=quality,
        price=pricing.format_dollars(price),
        is_floor=price == pricing.FLOOR_MICRO_USD,
        official=pricing.format_dollars(actual) if actual is not None else "",
    )


def _parameter_row(parameter: Parameter, endpoint: Endpoint) -> ParameterRow:
    name = parameter.name
    default = parameter.default_for(endpoint)
    return ParameterRow(
        id=parameter_anchor(endpoint, name),
        name=name,
        kind=parameter.kind,
        is_required=parameter.required,
        default="" if default is None else str(default).lower() if isinstance(default, bool) else str(default),
        values=_accepted_values(parameter, endpoint),
        about=_(parameter_help.describe_parameter(name, endpoint)) % parameter_help.PLACEHOLDERS,
        control=_control_url(name, endpoint),
    )


def _accepted_values(parameter: Parameter, endpoint: Endpoint) -> str:
    if values := parameter.accepts(endpoint):
        return " / ".join(values)
    if parameter.kind == "boolean":
        return "true / false"
    if parameter.max_length:
        return _("up to %(most)s characters") % {"most": f"{parameter.max_length:,}"}
    if parameter.maximum is None:
        return _("1 file")
    span = f"{parameter.minimum}–{parameter.maximum}"
    return _("%(span)s files") % {"span": span} if parameter.kind == "file" else span


def _control_url(name: str, endpoint: Endpoint) -> str:
    if name in _CONTROLS or (endpoint == "edits" and name in _EDIT_CONTROLS):
        return f"{studio_page_for(endpoint).url}#{_ELEMENT_IDS.get(name, f'id_{name}')}"
    return ""
