"""From a filled brief to a run, for both kinds of brief."""

from datetime import datetime
from typing import Final

from django.db import DatabaseError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from playground.imageapi.errors import REHEARSAL_CODES
from playground.imageapi.schemas import SourceImage
from playground.pages.forms.briefs import BriefForm
from playground.pages.presenters import apis
from playground.pages.responses import SeeOther
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, normalize_token, origin_run_id
from playground.pages.texts import upload_errors
from playground.pages.uploads import unknown_file_fields
from playground.runs import selectors
from playground.runs.exceptions import RunRefused
from playground.runs.models import Run
from playground.runs.services.submit import ApiConnection, submit_run

EXISTING_RUN_PARAM: Final = "existing_run"


def submit_form(
    request: PageRequest,
    form: BriefForm,
    pressed_at: datetime,
    images: tuple[SourceImage, ...] = (),
    mask: SourceImage | None = None,
) -> Run | None:
    """Return the run of a valid form; None when something has to be corrected. Keep a good key in any case."""
    is_valid = form.is_valid()
    api = form.chosen
    if "api" not in form.errors:
        apis.remember_api(request, api)
        if form.cleaned_data.get("key"):
            api_keys.save_key(request, api.profile.account, form.cleaned_data["key"])
    # Made without these files, the picture would be another one, and charged all the same.
    if is_valid and (stray := _stray_files(request, form)):
        form.add_error(None, stray)
        is_valid = False
    rehearsed = request.POST.get("rehearse", "").strip()
    if rehearsed and not _may_rehearse(request, form, rehearsed):
        is_valid = False
    secret = api_keys.use_key(request, api) if is_valid else ""
    if is_valid and not secret:
        form.add_error("key", _("Enter your key for this API; the built-in demo needs none."))
    if not secret:
        return None
    token = normalize_token(request.POST.get("token", ""))
    asked = form.to_request(images, mask)
    who = request.visitor.ensure_id()
    _save_session(request)
    try:
        run = submit_run(
            who,
            ApiConnection(api, secret),
            asked,
            token=token,
            rehearsed=rehearsed,
            page=origin_run_id(request),
            pressed_at=pressed_at,
        )
    except RunRefused as error:
        form.add_error(None, upload_errors.of_run(error))
        return None
    except (OSError, DatabaseError) as error:
        form.add_error(None, upload_errors.of_full_disk(error))
        return None
    request.has_made_run = True  # type: ignore[attr-defined]
    return run


def _save_session(request: PageRequest) -> None:
    """Before there is a run: what could not be saved after it would hide the run from its visitor."""
    if request.session.modified:
        request.session.save()


def _stray_files(request: PageRequest, form: BriefForm) -> str:
    """What to say of files that this form does not take; empty when there are none."""
    if form.ENDPOINT == "generations" and request.FILES:
        return _("This form makes pictures from text alone, so nothing was sent. Edit pictures on the edit page.")
    if unknown := unknown_file_fields(request):
        message = _("The file field “%(name)s” is unknown, so nothing was sent: use image and mask.")
        return message % {"name": unknown[0][:64]}
    return ""


def _may_rehearse(request: PageRequest, form: BriefForm, code: str) -> bool:
    """Whether that error may be rehearsed; the form says why it may not."""
    kept = api_keys.stored_key(request, form.chosen.profile.account)
    if code not in REHEARSAL_CODES:
        form.add_error(None, _("There is no error of that name to rehearse."))
    elif not form.chosen.is_builtin or (kept is not None and not kept.is_demo):
        form.add_error(None, _("Errors are rehearsed with the built-in demo and its own key only. Choose the demo."))
    return not form.non_field_errors()


def originating_run(request: PageRequest) -> Run | None:
    """The visitor's run on whose page the form stood."""
    runs = selectors.list_runs(request.visitor.id)
    return runs.filter(pk=origin_run_id(request)).first() if request.visitor.id else None


def stay_on_run_page(response: HttpResponse, run: Run) -> HttpResponse:
    """The answer to a form that has to be corrected, at the address of the run's page that it stood on."""
    response.headers["HX-Push-Url"] = reverse("run", args=[run.pk])
    return response


def redirect_to_run(request: PageRequest, run: Run, started: datetime) -> HttpResponse:
    """On to the run's page, which says so when the run was there before the form was sent at `started`."""
    if run.created_at < started:
        request.session[EXISTING_RUN_PARAM] = run.pk
    return SeeOther(reverse("run", args=[run.pk]))
