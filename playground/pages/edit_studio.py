"""What the edit page and the run page of an edit share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest

from playground.pages import choices, key, tokens
from playground.pages.edit_form import EditForm
from playground.pages.studio import studio


def edit_brief(
    request: HttpRequest,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] = MappingProxyType({}),
) -> EditForm:
    """The form: bound to `data`, or filled with `initial` values."""
    asked = str((data if data is not None else initial).get("api") or "")
    api = choices.chosen(request, asked)
    has_key = key.kept(request, api.profile.account) is not None
    return EditForm(data, chosen=api, listed=choices.listed(), has_key=has_key, initial=initial)


def empty_edit_brief(request: HttpRequest) -> EditForm:
    """The form of the edit page."""
    return edit_brief(request, initial={"token": tokens.for_browser(request)})


def edit_studio(request: HttpRequest, form: EditForm, **extra: Any) -> dict[str, Any]:
    """The context of `pages/edit.html`."""
    from django.urls import reverse

    from playground.pages import visitor
    from playground.runs.models import Picture

    newest = Picture.objects.filter(run__visitor=visitor.known(request) or "-").order_by("-run__created_at").first()
    source = newest and {
        "id": f"{newest.run_id}-{newest.number}",
        "url": reverse("picture", args=[newest.run_id, newest.number]),
        "width": newest.width,
        "height": newest.height,
        "name": newest.file,
    }
    editors = ["parts/mask_editor.html", "parts/mask_none.html"]
    return studio(request, form, source=source, mask_editors=editors, **extra)
