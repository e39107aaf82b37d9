"""The only list of the models of image APIs. A new model is a row here.

Sources: the type files of the official Python SDK 3.57.0 (`image_generate_params.py`, `image_edit_params.py`) and the
official price list. docs/api-contract.md says which figures are estimates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.imageapi.catalog import (
    ANIMATION,
    AUTO,
    COMPLEXITIES,
    DEFAULT_MODEL,
    OUTPUT_FORMATS,
    QUALITIES,
    SNAPSHOTS,
    VECTOR,
)

# Fields that a model takes only when its row names them.
MODEL_FIELDS: Final = ("input_fidelity", "complexity", "frame_count", "frame_duration_ms", "svg", "markup")
# No current model takes it: the official API always answers with base64.
_RETIRED_FIELDS: Final = frozenset(("response_format",))
# Some endpoints refuse a field even with its default.
_DEFAULTS: Final[Mapping[str, object]] = {"moderation": AUTO, "stream": False, "output_compression": 100}
# A field that means nothing without another one.
_REQUIRES: Final[Mapping[str, str]] = {"partial_images": "stream"}


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Prices in cents a million tokens."""

    text_in: int = 500
    cached_text: int = 125
    image_in: int = 800
    cached_image: int = 200
    image_out: int = 3000


@dataclass(frozen=True, slots=True)
class ImageModel:
    """A model and what its official API accepts.

    `snapshots` are dated names of the same model. `fields` names those of MODEL_FIELDS that it takes, with their
    values; no values mean those of the parameter. `any_size`: it draws every size of `is_official_size`, others only
    the three standard sizes. `picture_tokens` are the output tokens of a square and of an oblong picture for each
    quality; a model without them is counted by `count_output_tokens`.
    """

    name: str
    snapshots: tuple[str, ...] = ()
    qualities: tuple[str, ...] = QUALITIES
    formats: tuple[str, ...] = OUTPUT_FORMATS
    any_size: bool = True
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices: TokenPrices = TokenPrices()
    picture_tokens: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def refused(self) -> frozenset[str]:
        """The fields that it answers with 400, whatever their values."""
        return _RETIRED_FIELDS | (frozenset(MODEL_FIELDS) - self.fields.keys())

    def accepted_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that are sent to a provider of this model."""
        return {name: value for name, value in parameters.items() if self._accepts(name, value, parameters)}

    def _accepts(self, name: str, value: object, parameters: Mapping[str, Any]) -> bool:
        if name in self.refused or (name in _DEFAULTS and value == _DEFAULTS[name]):
            return False
        return name not in _REQUIRES or bool(parameters.get(_REQUIRES[name]))


_FINER: Final = (*QUALITIES, "xhigh", "max")
_MARKUP: Final[Mapping[str, tuple[str, ...]]] = {"markup": ()}
_ANIMATED: Final[Mapping[str, tuple[str, ...]]] = {
    "complexity": COMPLEXITIES,
    "frame_count": (),
    "frame_duration_ms": (),
    "svg": (),
    **_MARKUP,
}
_ALL_FORMATS: Final = (*OUTPUT_FORMATS, ANIMATION, VECTOR)

IMAGE_MODELS: Final = {
    model.name: model
    for model in (
        ImageModel(DEFAULT_MODEL, snapshots=tuple(SNAPSHOTS)),
        ImageModel(
            "gpt-image-2.6-sunburst",
            qualities=_FINER,
            formats=_ALL_FORMATS,
            fields=_ANIMATED,
        ),
        ImageModel(
            "gpt-image-2.6-flare",
            qualities=_FINER,
            formats=_ALL_FORMATS,
            fields=_ANIMATED,
        ),
        ImageModel(
            "gpt-image-2.5-sunburst",
            snapshots=("gpt-image-2.5-sunburst-2026-09-08",),
            qualities=_FINER,
            fields=_MARKUP,
        ),
        ImageModel(
            "gpt-image-2.5-flare",
            snapshots=("gpt-image-2.5-flare-2026-09-08",),
            qualities=_FINER,
            fields=_MARKUP,
        ),
        ImageModel(
            "gpt-image-1.5",
            any_size=False,
            fields={"input_fidelity": ("low", "high")},
            prices=TokenPrices(image_out=3200),
            picture_tokens={"low": (272, 408), "medium": (1056, 1584), "high": (4160, 6240)},
        ),
        # Its tokens follow from the official price of a picture.
        ImageModel(
            "gpt-image-1-mini",
            any_size=False,
            fields={"input_fidelity": ("low",)},
            prices=TokenPrices(text_in=200, cached_text=20, image_in=250, cached_image=25, image_out=800),
            picture_tokens={"low": (625, 750), "medium": (1375, 1875), "high": (4500, 6500)},
        ),
    )
}


def find_model(name: str) -> ImageModel | None:
    """Return the model with that name or snapshot."""
    return next((model for model in IMAGE_MODELS.values() if name in (model.name, *model.snapshots)), None)
