"""Describe in words the transparency of a picture that was requested with one."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from playground.imaging.transparency import MIN_TRANSPARENT_SHARE, TransparencyFacts
from playground.runs.models import Picture, Run


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


def transparency_view(picture: Picture, run: Run) -> TransparencyView | None:
    """Return what was found in the picture; None when no transparency was requested or nobody has looked yet."""
    if not run.wants_transparency or picture.transparency is None:
        return None
    facts = TransparencyFacts(**picture.transparency)
    kind, text = _kind_and_text(facts)
    halo_text = _("There is a light halo at the edges.") if facts.has_light_halo else ""
    return TransparencyView(kind, _percent(facts.transparent), text, halo_text)


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
