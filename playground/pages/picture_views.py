"""Pictures and previews as a run's card shows them: every address and label made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.pages.downloads import Download, downloads
from playground.pages.estimates import price_of_form
from playground.pages.locked_views import LockedView, locked_view
from playground.pages.phases import words
from playground.pages.variations import variation
from playground.runs.models import Picture, Run


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The newest partial version of one picture."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A final picture; `url` gives the bytes as the API delivered them."""

    number: int
    url: str
    thumbnail_url: str
    downloads_url: str
    width: int
    height: int
    format: str
    size_label: str
    has_alpha: bool
    revised_prompt: str
    alt: str
    downloads: list[Download]
    edit_url: str
    variation: Mapping[str, str]
    variation_price: str
    locked: LockedView | None


def picture_view(picture: Picture, run: Run) -> PictureView:
    """A picture of `run` with its addresses."""
    place = [run.pk, picture.number]
    fields = variation(run, picture.number)
    return PictureView(
        number=picture.number,
        url=reverse("picture", args=place),
        thumbnail_url=reverse("thumbnail", args=place),
        downloads_url=reverse("downloads", args=place),
        width=picture.width,
        height=picture.height,
        format=picture.format,
        size_label=filesizeformat(picture.size),
        has_alpha=picture.has_alpha,
        revised_prompt=picture.revised_prompt,
        alt=_("Picture %(number)d of %(count)d: %(prompt)s")
        % {"number": picture.number, "count": run.asked, "prompt": Truncator(words(run)).chars(120)},
        downloads=downloads(picture, run),
        edit_url=reverse("edit_from", args=place),
        variation=fields,
        variation_price=price_of_form(fields, "edits", 1),
        locked=locked_view(picture, run),
    )


def previews(run: Run, pictures: Sequence[Picture]) -> list[PreviewView]:
    """Previews of the pictures that are still to come."""
    if not run.is_active:
        return []
    here = {one.number for one in pictures}
    missing = sorted((int(number), step) for number, step in run.previews.items() if int(number) not in here)
    return [
        PreviewView(number, f"{reverse('preview', args=[run.pk, number])}?{urlencode({'step': step})}")
        for number, step in missing
    ]
