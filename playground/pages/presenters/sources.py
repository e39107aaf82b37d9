"""The source pictures of an edit, for templates: of the draft, of a run, or a result that is edited."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from playground.imageapi.providers import Capabilities
from playground.imaging.annotations import COLOURS, GEOMETRY, MAX_ANNOTATIONS, MAX_NOTE_LENGTH
from playground.pages.forms import markup
from playground.pages.forms.role_prompt import notes_sentence
from playground.pages.session.pins import is_pinned
from playground.runs import draft_masks, selectors
from playground.runs.models import Run, Source

_MAX_MASKS: Final = 8


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source picture of an edit; `number` counts from 1, and the mask belongs to the first one."""

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
    is_pinned: bool = False

    @property
    def is_first(self) -> bool:
        """Return True when the mask belongs to this picture."""
        return self.number == 1


def draft_source_views(sources: Sequence[Source], pinned: Source | None = None) -> list[SourceView]:
    """Return the pictures of the draft, in order; `pinned` is the style image."""
    return [
        SourceView(
            id=source.pk,
            number=number,
            name=source.name,
            role=source.role,
            url=reverse("source_file", args=[source.pk]),
            thumbnail_url=reverse("source_thumbnail", args=[source.pk]),
            width=source.width,
            height=source.height,
            size=source.size,
            size_label=filesizeformat(source.size),
            change_url=reverse("source", args=[source.pk]),
            is_pinned=is_pinned(source, pinned),
            is_last=number == len(sources),
        )
        for number, source in enumerate(sources, start=1)
    ]


def run_source_views(run: Run) -> list[SourceView]:
    """Return the source pictures of a run as they were sent, without those whose file is deleted."""
    return [
        SourceView(
            id=f"{run.pk}-{number}",
            number=number,
            name=facts["name"],
            role=_("notes") if facts.get("is_notes") else facts.get("role", ""),
            url=reverse("run_source", args=[run.pk, number]),
            thumbnail_url=reverse("run_source_thumbnail", args=[run.pk, number]),
            width=facts["width"],
            height=facts["height"],
            size=facts["size"],
            size_label=filesizeformat(facts["size"]),
            is_last=number == len(run.sources),
        )
        for number, facts in enumerate(run.sources, start=1)
        # The files of a rejected edit are kept for a day only (runs/services/retention.py).
        if facts.get("file")
    ]


def run_roles(run: Run) -> list[str]:
    """Return the roles of a run's pictures, in order."""
    return [facts.get("role", "") for facts in run.sources]


@dataclass(frozen=True, slots=True)
class AnnotationsView:
    """The annotations on the first picture, sent as picture `number`, or as a layer when that is 0.

    `document` is the JSON of the form; `sentence` is the part of the prompt about the copy.
    """

    count: int
    number: int
    has_mask: bool
    document: str
    thumbnail_url: str
    problem: str
    sentence: str


def annotation_limits() -> dict[str, Any]:
    """Return what the editor may draw, and how: limits, geometry as JSON, and colours with their labels."""
    labels = {
        "red": _("Red"),
        "yellow": _("Yellow"),
        "green": _("Green"),
        "blue": _("Blue"),
        "black": _("Black"),
        "white": _("White"),
    }
    return {
        "most": MAX_ANNOTATIONS,
        "note": MAX_NOTE_LENGTH,
        "geometry": json.dumps(dict(GEOMETRY)),
        "colours": [(name, ink, edge, labels[name]) for name, (ink, edge) in COLOURS.items()],
    }


def annotations_view(sources: Sequence[Source], capabilities: Capabilities, *, has_mask: bool) -> AnnotationsView:
    """Return what is drawn on the first picture of a draft."""
    annotations = (sources[0].annotations if sources else None) or []
    number = markup.notes_number(sources, capabilities, has_mask=has_mask)
    document = url = ""
    if annotations:
        size = {"width": sources[0].width, "height": sources[0].height}
        document = json.dumps({**size, "annotations": annotations}, ensure_ascii=False, separators=(",", ":"))
        # Browsers keep the thumbnail for a day, so another drawing needs another address.
        version = hashlib.sha256(document.encode()).hexdigest()[:12]
        url = f"{reverse('annotated', args=[sources[0].pk])}?v={version}"
    return AnnotationsView(
        count=len(annotations),
        number=number,
        has_mask=has_mask,
        document=document,
        thumbnail_url=url,
        problem=markup.room_problem(len(sources), capabilities.profile) if number else "",
        sentence=notes_sentence(number),
    )


def earlier_masks(visitor_id: str) -> list[tuple[str, str]]:
    """Return label and address of the masks of earlier edits, newest first."""
    masked = selectors.list_runs(visitor_id).exclude(mask="")[:_MAX_MASKS]
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
    """Return the pictures after the first one that have a mask of their own."""
    # The API applies a mask to the first source, so these wait until theirs comes first.
    return [view for source, view in zip(sources[1:], views[1:], strict=True) if draft_masks.mask_for_source(source)]
