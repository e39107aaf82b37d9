"""The tables of the reference: prices, times, models, APIs and parameters; every figure comes from imageapi."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi import parameter_help, pricing
from playground.imageapi.catalog import (
    AUTO_SIZE_NAMES,
    CDN_LIMIT_SECONDS,
    DAILY_IMAGES,
    DEFAULT_CONCURRENCY,
    DEFAULT_MODEL,
    ENDPOINTS,
    IMAGE_MODELS,
    JOB_LIFETIME_SECONDS,
    MAX_ANSWER_BYTES_OF_KEY,
    MAX_EDGE,
    MAX_FILE_BYTES,
    MAX_PIXELS,
    MAX_SOURCES,
    MAX_TOTAL_BYTES,
    MIB,
    MODEL_FIELDS,
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
    ImageModel,
    Parameter,
    TokenPrices,
    parameters_for,
)
from playground.imageapi.providers import BUILTIN, PROFILES, Profile
from playground.imaging.frames import OVERLAP
from playground.pages import addresses
from playground.pages.addresses import studio_page_for
from playground.pages.forms.briefs import BriefForm, custom_size_rules
from playground.pages.presenters import apis

_CONTROLS: Final = ("prompt", "size", "quality", "n", *PROFILES[BUILTIN].fields)
_EDIT_CONTROLS: Final = ("image", "mask")
# Form controls whose HTML id does not follow from the field.
_ELEMENT_IDS: Final = {"mask": "mask-slot"}
# Their values are typed, so the code panel shows what the form holds.
_TYPED: Final = ("output_compression", "frame_count", "frame_duration_ms", "safety_identifier", "user")


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
class ModelRow:
    """One model; lists are joined for reading, and prices are in dollars per million tokens."""

    name: str
    snapshots: str
    qualities: str
    sizes: str
    formats: str
    fields: list[str]
    prices: list[tuple[str, str]]


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

    profile: Profile
    labels: str


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


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a parameter. `is_offered`: the form has a control that takes it."""

    value: str
    is_current: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class ParameterDoc:
    """A row of the reference for the chosen API; `values` is the range where there are no options.

    `typed` is what a text field of the form holds; None where the parameter has no such field.
    """

    row: ParameterRow
    options: list[Option]
    values: str
    note: str
    typed: str | None


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


def model_rows() -> list[ModelRow]:
    """Return the models in their order."""
    return [_model_row(model) for model in IMAGE_MODELS.values()]


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
    return [AccountRow(PROFILES[name], " · ".join(names)) for name, names in labels.items()]


def figures() -> dict[str, Any]:
    """Return the figures that sentences of the reference contain."""
    # Sentences name these values, so that a new limit needs no new translation.
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
        "overlap": OVERLAP,
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


def find_parameter(row_id: str) -> ParameterRow | None:
    """Return the parameter with that id, such as `generations-size`; None when there is none."""
    for endpoint in ENDPOINTS:
        for row in (*parameter_rows(endpoint), *model_parameter_rows(endpoint)):
            if row.id == row_id:
                return row
    return None


def parameters_for_form(form: BriefForm) -> list[ParameterDoc]:
    """Return the parameters that the form's endpoint and model accept, with the form's values."""
    capabilities = form.capabilities
    return [
        _parameter_doc(form, row)
        for row in (*parameter_rows(form.ENDPOINT), *model_parameter_rows(form.ENDPOINT))
        if row.name not in capabilities.profile.unsupported
        and (row.name not in MODEL_FIELDS or row.name in capabilities.fields)
    ]


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


def _model_row(model: ImageModel) -> ModelRow:
    return ModelRow(
        name=model.name,
        snapshots=", ".join(model.snapshots),
        qualities=", ".join(model.qualities),
        sizes=_("any size within the rules above") if model.any_size else ", ".join(AUTO_SIZE_NAMES),
        formats=", ".join(model.formats),
        fields=[f"{name}: {', '.join(values)}" if values else name for name, values in model.fields.items()],
        prices=_price_texts(model.prices),
    )


def _price_texts(prices: TokenPrices) -> list[tuple[str, str]]:
    cents = (
        (_("Text input"), prices.text_in),
        (_("Cached text input"), prices.cached_text),
        (_("Image input"), prices.image_in),
        (_("Cached image input"), prices.cached_image),
        (_("Image output"), prices.image_out),
    )
    return [(label, _dollars(price)) for label, price in cents]


def _parameter_row(parameter: Parameter, endpoint: Endpoint) -> ParameterRow:
    name = parameter.name
    default = parameter.default_for(endpoint)
    return ParameterRow(
        id=f"{endpoint}-{name}",
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


def _parameter_doc(form: BriefForm, row: ParameterRow) -> ParameterDoc:
    field = form.fields.get(row.name)
    current = str(form[row.name].value() or row.default) if field else ""
    offered = [str(value) for value, _label in getattr(field, "choices", ())]
    capabilities = form.capabilities
    accepted = capabilities.values(row.name, form.ENDPOINT)
    if PARAMETER[row.name].kind == "boolean":
        accepted = ("true", "false")
    values = (
        _("%(span)s files") % {"span": f"1–{capabilities.profile.max_sources}"} if row.name == "image" else row.values
    )
    return ParameterDoc(
        row=row,
        # A parameter with a single value has it also where the form has no control for it.
        options=[Option(value, value == current or len(accepted) == 1, value in offered) for value in accepted],
        values=values,
        note=custom_size_rules() if row.name == "size" and capabilities.any_size else "",
        typed=current if row.name in _TYPED and field else None,
    )
