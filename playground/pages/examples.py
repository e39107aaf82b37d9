"""Prompts to start from, in the visitor's language: each shows one strength of the model."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt with a short label; `hint` names the small drawing beside it."""

    label: str
    prompt: str
    hint: str


def examples() -> list[Example]:
    """Three prompts that show what the model can do: lettering, atmosphere, an object."""
    return [
        Example(
            _("Poster"),
            _(
                'A vintage poster in Bauhaus style, bold black text "MORNING COFFEE" centered, warm orange and '
                "cream color palette, geometric shapes, slightly textured paper background"
            ),
            "poster",
        ),
        Example(
            _("Night street"),
            _("A cyberpunk Tokyo street at night, neon reflecting in rain puddles"),
            "street",
        ),
        Example(_("Vase"), _("A small ceramic vase with sunflower, photorealistic"), "vase"),
    ]
