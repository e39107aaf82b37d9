"""What is typed on the edit page, kept in the session while pictures come and go without JavaScript."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest

from playground.pages.edit_form import EditForm
from playground.pages.preface import is_ours

_IN_SESSION: Final = "edit_words"
_REFUSED: Final = "refused field"


def keep(request: HttpRequest, roles: Sequence[str] = ()) -> None:
    """Keep the entries of a form that says any, the key apart; a preface of ours for `roles` is written anew."""
    said = {name: str(value) for name, value in request.POST.items() if name in EditForm.KEPT}
    if is_ours(said.get("preface", ""), roles):
        said.pop("preface", None)
    if "prompt" in said:
        put(request, said)


def put(request: HttpRequest, entries: Mapping[str, str]) -> None:
    """Fill the edit page with these entries."""
    request.session[_IN_SESSION] = dict(entries)


def put_refused(request: HttpRequest, entries: Mapping[str, str], field: str) -> None:
    """The same, with `field` marked as the one that was refused, until the form is sent or its pictures change."""
    put(request, {**entries, **({_REFUSED: field} if field else {})})


def refused(request: HttpRequest) -> str:
    """The field that is marked; empty when none is."""
    return str(request.session.get(_IN_SESSION, {}).get(_REFUSED, ""))


def kept(request: HttpRequest) -> dict[str, str]:
    """The entries that were kept."""
    said = request.session.get(_IN_SESSION, {})
    return {name: value for name, value in said.items() if name != _REFUSED}


def forget(request: HttpRequest) -> None:
    """The form was sent: begin anew next time."""
    request.session.pop(_IN_SESSION, None)
