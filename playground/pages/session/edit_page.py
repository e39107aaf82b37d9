"""The edit page's state in the session: entries that were not sent yet, and an undo for removed pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.pages.forms.briefs import EditForm
from playground.pages.forms.role_prompt import is_generated_preface
from playground.pages.session.visitor import PageRequest
from playground.runs import drafts
from playground.runs.models import Source

# Stored in the session, because each change of a picture posts the form and reloads the page.
_ENTRIES_ENTRY: Final = "edit_words"
_UNDO_ENTRY: Final = "edit_undo"
_REFUSED_FIELD: Final = "refused field"


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """The sentence about a change that can be undone, and the label of its button."""

    sentence: str
    label: str


def store_posted_entries(request: PageRequest, roles: Sequence[str] = (), notes: int = 0) -> None:
    """Store the entries of a form that has a prompt, except the key and a generated preface."""
    entries = EditForm.stored_entries(request.POST)
    if is_generated_preface(entries.get("preface", ""), roles, notes):
        # The roles may have changed, so the page generates it again.
        entries.pop("preface", None)
    # A button on another page posts no prompt, and must not replace the entries of the edit page.
    if "prompt" in entries:
        # A box without its mark is not posted.
        entries.setdefault("palette", "")
        request.session[_ENTRIES_ENTRY] = entries


def store_entries(request: PageRequest, entries: Mapping[str, str]) -> None:
    """Store entries in place of those that were not sent."""
    request.session[_ENTRIES_ENTRY] = dict(entries)


def store_refusal(request: PageRequest, entries: Mapping[str, str], field: str) -> None:
    """Store entries and mark `field` as refused, until the form is sent or its pictures change."""
    request.session[_ENTRIES_ENTRY] = {**entries, **({_REFUSED_FIELD: field} if field else {})}


def stored_refusal(request: PageRequest) -> str:
    """Return the refused field; empty when there is none."""
    return str(request.session.get(_ENTRIES_ENTRY, {}).get(_REFUSED_FIELD, ""))


def stored_edit_entries(request: PageRequest) -> dict[str, str]:
    entries = request.session.get(_ENTRIES_ENTRY, {})
    return {name: value for name, value in entries.items() if name != _REFUSED_FIELD}


def forget_palette(request: PageRequest) -> None:
    """Forget whether the unsent form had a palette: another one is pinned, or none."""
    entries = dict(request.session.get(_ENTRIES_ENTRY, {}))
    if entries.pop("palette", None) is not None:
        request.session[_ENTRIES_ENTRY] = entries


def forget_edit_entries(request: PageRequest) -> None:
    request.session.pop(_ENTRIES_ENTRY, None)


def offer_removed_undo(request: PageRequest, source: Source) -> None:
    """Remove one picture from the draft and offer to undo that."""
    drafts.set_aside_sources(request.visitor.ensure_id(), [source])
    request.session[_UNDO_ENTRY] = "removed"


def offer_replaced_undo(request: PageRequest, place: str = "") -> None:
    """Set the draft's pictures aside, because others, or the result at `place`, replace them; offer to undo that.

    A result that is there untouched is dropped: the second press of a double click would set it aside in place of
    what the first press replaced.
    """
    visitor_id = request.visitor.ensure_id()
    present = drafts.list_sources(visitor_id)
    if place and [source.parent for source in present] == [place] and drafts.is_untouched(present[0]):
        drafts.clear_draft(visitor_id)
    elif present:
        drafts.set_aside_sources(visitor_id, present)
        request.session[_UNDO_ENTRY] = "replaced"


def undo_removal(request: PageRequest) -> None:
    """Restore the pictures that were removed or replaced last. Raises SourceRejected when there is no room."""
    visitor_id = request.visitor.ensure_id()
    if request.session.get(_UNDO_ENTRY) == "replaced":
        # Exchanged, so that the same button takes the undo back.
        drafts.swap_set_aside_sources(visitor_id)
    else:
        drafts.restore_set_aside_sources(visitor_id)
        request.session.pop(_UNDO_ENTRY, None)


def offered_undo(request: PageRequest) -> UndoOffer | None:
    kind = request.session.get(_UNDO_ENTRY)
    removed = drafts.list_set_aside_sources(request.visitor.id) if kind else []
    if not removed:
        return None
    if kind == "replaced":
        return UndoOffer(_replaced_sentence(removed), _("Restore them") if len(removed) > 1 else _("Restore it"))
    return UndoOffer(_("“%(name)s” removed.") % {"name": removed[0].name}, _("Undo"))


def _replaced_sentence(removed: Sequence[Source]) -> str:
    text = ngettext(
        "The previous image was set aside.",
        "The previous %(count)d images were set aside.",
        len(removed),
    )
    return text % {"count": len(removed)}
