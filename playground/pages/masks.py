"""Masks that are there already: those of earlier edits, and those that wait with a picture that is not the first."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from playground.pages.source_views import SourceView
from playground.runs import drafts, history
from playground.runs.models import Source

_MOST: Final = 8


def earlier_masks(visitor: str) -> list[tuple[str, str]]:
    """Label and address of the masks of earlier edits, newest first."""
    masked = history.runs_of(visitor).exclude(mask="")[:_MOST]
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
    return [view for source, view in zip(sources[1:], views[1:], strict=True) if drafts.mask_with(source)]
