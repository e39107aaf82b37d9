"""The pictures of an edit as pages show them: those that wait in the draft, and those that a run was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from playground.imageapi.catalog import FILE_ENDINGS, MEDIA_TYPES
from playground.runs import drafts, selectors
from playground.runs.models import Picture, Run, Source


@dataclass(frozen=True, slots=True)
class SourceView:
    """A picture that goes into an edit; `number` is its place, from 1, and the first one takes the mask."""

    id: str
    number: int
    name: str
    role: str
    url: str
    thumbnail_url: str
    width: int
    height: int
    size: int
    size_label: str
    change_url: str = ""
    is_last: bool = False

    @property
    def is_first(self) -> bool:
        """Whether the mask belongs to it."""
        return self.number == 1


def draft_source_views(sources: Sequence[Source]) -> list[SourceView]:
    """The pictures of the draft, in order."""
    return [
        SourceView(
            id=one.pk,
            number=number,
            name=one.name,
            role=one.role,
            url=reverse("source_file", args=[one.pk]),
            thumbnail_url=reverse("source_thumbnail", args=[one.pk]),
            width=one.width,
            height=one.height,
            size=one.size,
            size_label=filesizeformat(one.size),
            change_url=reverse("source", args=[one.pk]),
            is_last=number == len(sources),
        )
        for number, one in enumerate(sources, start=1)
    ]


def run_source_views(run: Run) -> list[SourceView]:
    """The pictures that went into the run, as they were sent; none when they are not kept any more."""
    return [
        SourceView(
            id=f"{run.pk}-{number}",
            number=number,
            name=facts["name"],
            role=facts.get("role", ""),
            url=reverse("run_source", args=[run.pk, number]),
            thumbnail_url=reverse("run_source_thumbnail", args=[run.pk, number]),
            width=facts["width"],
            height=facts["height"],
            size=facts["size"],
            size_label=filesizeformat(facts["size"]),
            is_last=number == len(run.sources),
        )
        for number, facts in enumerate(run.sources, start=1)
        if facts.get("file")
    ]


def result_source_view(picture: Picture) -> SourceView:
    """A picture that a run made, as the one picture of an edit."""
    place = [picture.run_id, picture.number]
    return SourceView(
        id=f"{picture.run_id}-{picture.number}",
        number=1,
        name=f"picture-{picture.run_id[:6]}-{picture.number}.{FILE_ENDINGS[picture.format]}",
        role="",
        url=reverse("picture", args=place),
        thumbnail_url=reverse("thumbnail", args=place),
        width=picture.width,
        height=picture.height,
        size=picture.size,
        size_label=filesizeformat(picture.size),
        is_last=True,
    )


def guess_media_type(run: Run, number: int) -> str:
    """The true type of a picture that went into the run."""
    said = str(run.sources[number - 1]["media_type"])
    return said if said in MEDIA_TYPES.values() else "application/octet-stream"


_MAX_MASKS: Final = 8


def earlier_masks(visitor: str) -> list[tuple[str, str]]:
    """Label and address of the masks of earlier edits, newest first."""
    masked = selectors.list_runs(visitor).exclude(mask="")[:_MAX_MASKS]
    return [
        (
            _("%(time)s: %(prompt)s")
            % {
                "time": date_format(localtime(run.created_at), "TIME_FORMAT"),
                "prompt": Truncator(run.prompt).chars(40) or run.sources[0]["name"],
            },
            reverse("run_mask", args=[run.pk]),
        )
        for run in masked
    ]


def waiting_masks(sources: Sequence[Source], views: Sequence[SourceView]) -> list[SourceView]:
    """Pictures behind the first one that have a mask of their own."""
    return [view for source, view in zip(sources[1:], views[1:], strict=True) if drafts.mask_for_source(source)]
