"""Finished pictures with their transparency and locked version, and previews, for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.imaging.transparency import MIN_TRANSPARENT_SHARE, TransparencyFacts
from playground.pages.file_responses import Download, download_links
from playground.pages.presenters.frames import describe_shape
from playground.pages.presenters.provenance import ProvenanceView, provenance_view
from playground.runs import selectors
from playground.runs.models import Picture, Run

_VARIATION_SETTINGS = ("model", "size", "quality", "background", "output_format", "output_compression")
# Sent to the model, so it is not translated.
VARIATION_PROMPT: Final = "Create a slightly different version of this image."
# The page shows 12 results; runs without pictures are skipped.
_MAX_RUNS: Final = 24
# As many as the page of a comparison shows beside each other.
MAX_COMPARED: Final = 4


@dataclass(frozen=True, slots=True)
class LockedView:
    """A locked picture: the API's result inside the mask, the source outside it.

    `percent` is the share of pixels outside the mask that the API changed; empty when it is not known. `shift` is how
    far the API moved the whole picture, in pixels right and down: `3,2`.
    """

    url: str
    thumbnail_url: str
    width: int
    height: int
    alt: str
    downloads: list[Download]
    percent: str
    change_text: str
    shift: str
    shift_text: str
    heat_url: str

    @property
    def facts_label(self) -> str:
        return f"{self.width}×{self.height} · {self.downloads[0].label}"

    @property
    def file_name(self) -> str:
        return self.downloads[0].file_name


@dataclass(frozen=True, slots=True)
class TransparencyView:
    """`kind` is real, checkerboard or opaque; `percent` is the share of transparent pixels, as text."""

    kind: str
    percent: str
    text: str
    halo_text: str

    @property
    def has_problem(self) -> bool:
        return self.kind != "real" or bool(self.halo_text)


@dataclass(frozen=True, slots=True)
class PreviewView:
    """The newest partial version of one picture."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class StarView:
    """The star of a picture: whether it is set, and where to set or remove it (`runs/star.html`)."""

    element_id: str
    number: int
    url: str
    is_set: bool


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
    is_still: bool
    has_credentials: bool
    version_places: list[str]
    transparency: TransparencyView | None
    provenance: ProvenanceView | None
    revised_prompt: str
    alt: str
    downloads: list[Download]
    edit_url: str
    star: StarView
    delete_url: str
    locked: LockedView | None
    shape_text: str

    @property
    def download(self) -> Download:
        """The file as the API delivered it."""
        return next(file for file in self.downloads if file.format == self.format)

    @property
    def facts_label(self) -> str:
        return f"{self.width}×{self.height} · {self.download.label} · {self.size_label}"

    @property
    def file_name(self) -> str:
        return self.download.file_name


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result, small; posting to `take_url` puts it on the edit page.

    `version` is `locked` or `returned`; empty for a picture that has only one version.
    """

    place: str
    version: str
    thumbnail_url: str
    url: str
    width: int
    height: int
    alt: str
    take_url: str


def compare_url(places: Sequence[str]) -> str:
    """Return the address that compares the pictures at `places` (`Picture.version_places`)."""
    return f"{reverse('compare')}?{urlencode([('p', place) for place in places], safe='/')}"


def prompt_label(run: Run) -> str:
    """Return the prompt; an edit with an empty prompt is a variation."""
    return run.prompt or _("Variation")


def picture_alt(picture: Picture, run: Run) -> str:
    """Return what a picture is, for those who do not see it."""
    facts = {
        "number": picture.number,
        "count": run.requested_count,
        "prompt": Truncator(prompt_label(run)).chars(120),
    }
    return _("Image %(number)d of %(count)d: %(prompt)s") % facts


def locked_view(picture: Picture, run: Run) -> LockedView | None:
    """Return the locked version of a picture; None when there is none."""
    if not picture.locked or not run.sources:
        return None
    args = [run.pk, picture.number]
    changed = picture.outside_changed
    right, down = (int(picture.lock_facts.get(name, 0)) for name in ("shift_x", "shift_y"))
    return LockedView(
        url=reverse("locked", args=args),
        thumbnail_url=reverse("locked_thumbnail", args=args),
        # The locked image has the size of its source, whatever size the API returned.
        width=run.sources[0]["width"],
        height=run.sources[0]["height"],
        alt=_("Image %(number)d, locked: only the masked area is changed") % {"number": picture.number},
        downloads=download_links(picture, run, locked=True),
        percent="" if changed is None else f"{changed:.2f}".rstrip("0").rstrip("."),
        change_text="" if changed is None else _change_text(changed),
        shift=f"{right},{down}",
        shift_text=_shift_text(right, down),
        heat_url=reverse("heat", args=args) if picture.heat else "",
    )


def transparency_view(picture: Picture, run: Run) -> TransparencyView | None:
    """Return what was found in the picture; None when no transparency was requested or nobody has looked yet."""
    if not run.wants_transparency or picture.transparency is None:
        return None
    facts = TransparencyFacts(**picture.transparency)
    kind, text = _kind_and_text(facts)
    halo_text = _("There is a light halo at the edges.") if facts.has_light_halo else ""
    return TransparencyView(kind, _percent(facts.transparent), text, halo_text)


def variation_entries(run: Run) -> dict[str, str]:
    """Return the entries of the edit form for a variation of one of the run's pictures, with the run's settings."""
    kept = {name: str(run.parameters[name]) for name in _VARIATION_SETTINGS if run.parameters.get(name) is not None}
    api = settings.IMAGE_APIS.get(run.api)
    return {
        "api": run.api,
        **kept,
        # The official API takes no empty prompt.
        "prompt": VARIATION_PROMPT if api and api.profile.is_official else "",
        "n": "1",
        # A variation stays near its image: as many details as the API can keep.
        "input_fidelity": "high",
    }


def star_view(picture: Picture) -> StarView:
    """Return the star of a picture."""
    return StarView(
        element_id=f"star-{picture.run_id}-{picture.number}",
        number=picture.number,
        url=reverse("star", args=[picture.run_id, picture.number]),
        is_set=picture.starred,
    )


def picture_view(picture: Picture, run: Run) -> PictureView:
    """Return a picture of `run` with its addresses."""
    args = [run.pk, picture.number]
    return PictureView(
        number=picture.number,
        url=reverse("picture", args=args),
        thumbnail_url=reverse("thumbnail", args=args),
        downloads_url=reverse("downloads", args=args),
        width=picture.width,
        height=picture.height,
        format=picture.format,
        size_label=filesizeformat(picture.size),
        has_alpha=picture.has_alpha,
        is_still=picture.is_still,
        has_credentials=picture.has_credentials,
        version_places=picture.version_places,
        transparency=transparency_view(picture, run),
        provenance=provenance_view(picture, run),
        revised_prompt=picture.revised_prompt,
        alt=picture_alt(picture, run),
        downloads=download_links(picture, run),
        edit_url=reverse("edit_from", args=args),
        star=star_view(picture),
        delete_url=reverse("picture_delete", args=args),
        locked=locked_view(picture, run),
        shape_text=describe_shape(run, picture),
    )


def previews(run: Run, pictures: Sequence[Picture]) -> list[PreviewView]:
    """Return the previews of the pictures that have not arrived yet."""
    if not run.is_active:
        return []
    # A preview beside its finished picture would look like one picture more.
    arrived = {picture.number for picture in pictures}
    missing = sorted((int(number), step) for number, step in run.previews.items() if int(number) not in arrived)
    return [
        PreviewView(number, f"{reverse('preview', args=[run.pk, number])}?{urlencode({'step': step})}")
        for number, step in missing
    ]


def latest_results(visitor_id: str, limit: int = 12) -> list[ResultView]:
    """Return results of the visitor, newest first: of a masked edit the locked version and the one as returned."""
    # Only still images: an edit takes no animation and no SVG.
    runs = selectors.list_runs(visitor_id)[:_MAX_RUNS] if visitor_id else []
    versions = (
        (picture, place)
        for run in runs
        for picture in run.ordered_pictures
        if picture.is_still
        for place in picture.version_places
    )
    return [_result_view(picture, place) for picture, place in islice(versions, limit)]


def _result_view(picture: Picture, place: str) -> ResultView:
    run, args = picture.run, [picture.run_id, picture.number]
    locked = locked_view(picture, run) if place != picture.place else None
    return ResultView(
        place=place,
        version=("locked" if locked else "returned") if picture.locked else "",
        thumbnail_url=locked.thumbnail_url if locked else reverse("thumbnail", args=args),
        url=locked.url if locked else reverse("picture", args=args),
        width=locked.width if locked else picture.width,
        height=locked.height if locked else picture.height,
        alt=_version_alt(Truncator(prompt_label(run)).chars(60), picture, is_locked=locked is not None),
        take_url=reverse("edit_from", args=args),
    )


def _version_alt(alt: str, picture: Picture, *, is_locked: bool) -> str:
    if not picture.locked:
        return alt
    return _("%(image)s (locked)") % {"image": alt} if is_locked else _("%(image)s (as returned)") % {"image": alt}


def _change_text(changed: float) -> str:
    if changed == 0:
        return _("The API changed nothing outside the mask.")
    # "0.0 %" would claim that nothing changed.
    if changed < 0.1:
        return _("The API changed fewer than one in a thousand pixels outside the mask.")
    # 99.96 would be rounded to "100.0 %".
    percent = number_format(changed, 1 if changed < 99.95 else 0)
    return _("The API changed %(percent)s%% of the pixels outside the mask.") % {"percent": percent}


def _shift_text(right: int, down: int) -> str:
    directions = []
    if right:
        direction = _("%(pixels)d px to the right") if right > 0 else _("%(pixels)d px to the left")
        directions.append(direction % {"pixels": abs(right)})
    if down:
        direction = _("%(pixels)d px down") if down > 0 else _("%(pixels)d px up")
        directions.append(direction % {"pixels": abs(down)})
    if not directions:
        return ""
    both = (
        _("%(one)s and %(other)s") % {"one": directions[0], "other": directions[1]}
        if len(directions) == 2
        else directions[0]
    )
    return _(
        "The API returned the whole image shifted %(ways)s. The locked image and this figure correct for that."
    ) % {"ways": both}


def _kind_and_text(facts: TransparencyFacts) -> tuple[str, str]:
    if facts.has_checkerboard:
        return "checkerboard", _("No transparency: the checkerboard is part of the image.")
    if facts.transparent + facts.translucent < MIN_TRANSPARENT_SHARE:
        return "opaque", _("No transparency: the whole image is opaque.")
    values = {"percent": _percent(facts.transparent), "half": _percent(facts.translucent)}
    # Every edge has some half-transparent pixels.
    if facts.translucent < MIN_TRANSPARENT_SHARE:
        return "real", _("Real transparency, %(percent)s%%.") % values
    return "real", _("Real transparency, %(percent)s%%, and %(half)s%% half-transparent.") % values


def _percent(share: float) -> str:
    percent = share * 100
    # A picture with a hundredth of a percent has some, and one with 99.9 % is not gone altogether.
    return number_format(99 if 99 < percent < 100 else percent, 1 if 0 < percent < 1 else 0)
