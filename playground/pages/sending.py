"""From a filled brief to a run, for both kinds of brief."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from playground.imageapi.messages import Source
from playground.pages import choices, key, tokens, visitor
from playground.pages.forms import BriefForm
from playground.runs.connection import Connection
from playground.runs.models import Run
from playground.runs.submit import submit

EXISTING: Final = "existing_run"


def send(
    request: HttpRequest, form: BriefForm, images: tuple[Source, ...] = (), mask: Source | None = None
) -> Run | None:
    """The run of a valid form; None when something has to be corrected. A good key is kept in any case."""
    is_valid = form.is_valid()
    api = form.chosen
    if "api" not in form.errors:
        choices.remember(request, api)
        if form.cleaned_data.get("key"):
            key.save(request, api.profile.account, form.cleaned_data["key"])
    secret = key.use(request, api) if is_valid else ""
    if is_valid and not secret:
        form.add_error("key", _("Enter your key for this API; the built-in demo needs none."))
    if not secret:
        return None
    token = tokens.sent(request.POST.get("token", ""))
    return submit(visitor.of(request), Connection(api, secret), form.to_request(images, mask), token=token)


def go_to(request: HttpRequest, run: Run, started: datetime) -> HttpResponse:
    """On to the run's page, which says so when the run was there before the form was sent at `started`."""
    if run.created_at < started:
        request.session[EXISTING] = run.pk
    response = redirect(reverse("run", args=[run.pk]))
    response.status_code = HTTPStatus.SEE_OTHER
    return response
