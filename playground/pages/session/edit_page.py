"""What is typed on the edit page, kept in the session while pictures come and go without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages.forms.briefs import EditForm
from playground.pages.forms.role_prompt import is_generated_preface
from playground.pages.session.visitor import PageRequest
from playground.runs import drafts
from playground.runs.drafts import restore
from playground.runs.models import Source

_IN_SESSION: Final = "edit_words"
_REFUSED: Final = "refused field"


def keep_edit_entries(request: PageRequest, roles: Sequence[str] = ()) -> None:
    """Keep the entries of a form that says any, the key apart; a preface of ours for `roles` is written anew."""
    said = {name: str(value) for name, value in request.POST.items() if name in EditForm.KEPT}
    if is_generated_preface(said.get("preface", ""), roles):
        said.pop("preface", None)
    if "prompt" in said:
        store_edit_entries(request, said)


def store_edit_entries(request: PageRequest, entries: Mapping[str, str]) -> None:
    """Fill the edit page with these entries."""
    request.session[_IN_SESSION] = dict(entries)


def store_refusal(request: PageRequest, entries: Mapping[str, str], field: str) -> None:
    """The same, with `field` marked as the one that was refused, until the form is sent or its pictures change."""
    store_edit_entries(request, {**entries, **({_REFUSED: field} if field else {})})


def stored_refusal(request: PageRequest) -> str:
    """The field that is marked; empty when none is."""
    return str(request.session.get(_IN_SESSION, {}).get(_REFUSED, ""))


def stored_edit_entries(request: PageRequest) -> dict[str, str]:
    """The entries that were kept."""
    said = request.session.get(_IN_SESSION, {})
    return {name: value for name, value in said.items() if name != _REFUSED}


def forget_edit_entries(request: PageRequest) -> None:
    """The form was sent: begin anew next time."""
    request.session.pop(_IN_SESSION, None)


_UNDO_IN_SESSION: Final = "edit_undo"


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back, and the words for it."""

    sentence: str
    label: str


def offer_removed_undo(request: PageRequest, source: Source) -> None:
    """Take one picture off the page."""
    restore.set_aside_sources(request.visitor.ensure_id(), [source])
    request.session[_UNDO_IN_SESSION] = "removed"


def offer_replaced_undo(request: PageRequest) -> None:
    """Take all pictures off the page, since others come."""
    who = request.visitor.ensure_id()
    if present := drafts.list_sources(who):
        restore.set_aside_sources(who, present)
        request.session[_UNDO_IN_SESSION] = "replaced"


def undo_removal(request: PageRequest) -> None:
    """Bring back what was taken off last. Raises SourceRefused when there is no room for it."""
    who = request.visitor.ensure_id()
    if request.session.get(_UNDO_IN_SESSION) == "replaced":
        restore.swap_set_aside_sources(who)
    else:
        restore.restore_set_aside_sources(who)
        request.session.pop(_UNDO_IN_SESSION, None)


def offered_undo(request: PageRequest) -> Undo | None:
    """What can be taken back now."""
    kind = request.session.get(_UNDO_IN_SESSION)
    gone = restore.list_set_aside_sources(request.visitor.id) if kind else []
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
