"""The reference's table of the official API's models, read from their rows."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from playground.imageapi import pricing
from playground.imageapi.catalog import AUTO_SIZE_NAMES
from playground.imageapi.image_models import IMAGE_MODELS, ImageModel, TokenPrices


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


def model_rows() -> list[ModelRow]:
    """Return the models in their order."""
    return [_model_row(model) for model in IMAGE_MODELS.values()]


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
    return [(label, pricing.format_dollars(price * pricing.MICRO // 100)) for label, price in cents]
