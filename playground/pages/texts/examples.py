"""The example images of an empty stage: what each shows, its prompt, and for an edit its sources and mask."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playground.imageapi.catalog import Endpoint


@dataclass(frozen=True, slots=True)
class Example:
    """An image in `static/img/examples/`, of `size` when it was generated, with the prompt that makes it.

    An edit also has its `sources`, and a `mask` where it has one, as files in `static/img/`.
    """

    name: str
    label: Promise
    prompt: Promise
    size: str
    sources: tuple[str, ...] = ()
    mask: str = ""

    @property
    def endpoint(self) -> Endpoint:
        return "edits" if self.sources else "generations"

    @property
    def shape(self) -> str:
        """Return wide, tall or square."""
        width, height = map(int, self.size.split("x"))
        return "wide" if width > height else "tall" if height > width else "square"


# The order is that of the wall: four columns, each filled by a tall and a square image, or
# two wide images and a square one.
EXAMPLES: Final = (
    Example(
        "poster",
        _("Poster"),
        _(
            'A vintage poster in Bauhaus style, bold black text "MORNING COFFEE" centered, warm orange and '
            "cream color palette, geometric shapes, slightly textured paper background"
        ),
        "1024x1536",
    ),
    Example(
        "product",
        _("Product"),
        _("Product photo of a perfume bottle on a wooden table, soft morning light, shallow depth of field"),
        "1024x1024",
    ),
    Example(
        "street", _("Scene"), _("A cyberpunk Tokyo street at night, neon reflecting in rain puddles"), "1536x1024"
    ),
    Example("logo", _("Logo"), _('A minimal logo for a bakery called "CRUMB", two colours'), "1024x1024"),
    Example(
        "hat",
        _("Edit with a mask"),
        _("Give the cat a felt hat"),
        "1536x1024",
        sources=("sample.webp",),
        mask="examples/hat-mask.png",
    ),
    Example(
        "ui",
        _("UI screen"),
        _('A screen of a meditation app on a phone, title "BREATHE", calm blue, clean interface'),
        "1024x1536",
    ),
    Example(
        "still-life",
        _("Combine two images"),
        _("Put the bottle from image 2 next to the vase in image 1"),
        "1024x1024",
        sources=("examples/vase.webp", "examples/bottle.webp"),
    ),
    Example(
        "landscape",
        _("Ink painting"),
        _("A Chinese ink landscape with the vertical title “山高水长” and a red seal"),
        "1024x1536",
    ),
    Example("fox", _("Illustration"), _("A watercolour illustration of a fox in an autumn forest"), "1024x1024"),
)


def find_example(name: str) -> Example | None:
    """Return the example of that name."""
    return next((example for example in EXAMPLES if example.name == name), None)
