"""Nothing that was taken off the edit page is gone at once: one step back, said in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages import visitor
from playground.runs import drafts
from playground.runs.drafts import away
from playground.runs.models import Source

_IN_SESSION: Final = "edit_undo"


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back, and the words for it."""

    sentence: str
    label: str


def removed(request: HttpRequest, source: Source) -> None:
    """Take one picture off the page."""
    away.put_away(visitor.of(request), [source])
    request.session[_IN_SESSION] = "removed"


def replaced(request: HttpRequest) -> None:
    """Take all pictures off the page, since others come."""
    who = visitor.of(request)
    if present := drafts.sources_of(who):
        away.put_away(who, present)
        request.session[_IN_SESSION] = "replaced"


def take_back(request: HttpRequest) -> None:
    """Bring back what was taken off last. Raises SourceRefused when there is no room for it."""
    who = visitor.of(request)
    if request.session.get(_IN_SESSION) == "replaced":
        away.swap(who)
    else:
        away.bring_back(who)
        request.session.pop(_IN_SESSION, None)


def offered(request: HttpRequest) -> Undo | None:
    """What can be taken back now."""
    kind = request.session.get(_IN_SESSION)
    gone = away.away_of(visitor.known(request)) if kind else []
    if not gone:
        return None
    if kind == "replaced":
        return Undo(_replaced(gone), _("Bring them back") if len(gone) > 1 else _("Bring it back"))
    return Undo(_("“%(name)s” removed.") % {"name": gone[0].name}, _("Undo"))


def _replaced(gone: Sequence[Source]) -> str:
    said = ngettext(
        "The picture that was here before is put away.",
        "The %(count)d pictures that were here before are put away.",
        len(gone),
    )
    return said % {"count": len(gone)}
