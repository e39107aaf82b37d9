"""Submit a form of the generate or edit page as a run."""

from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi.catalog import ANIMATION
from playground.imageapi.errors import REHEARSAL_CODES
from playground.pages.forms.briefs import BriefForm
from playground.pages.forms.edit_sources import EditSources
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest, normalize_token, origin_run_id
from playground.pages.texts import upload_errors
from playground.pages.uploads import unknown_file_fields
from playground.runs.exceptions import MaskRejected, RunRefused, SourceRejected
from playground.runs.models import Run
from playground.runs.services.submit import ApiConnection, submit_run


def submit_form(request: PageRequest, form: BriefForm, pressed_at: datetime, sources: EditSources) -> Run | None:
    """Return the run of a valid form; None, with errors in the form, when something has to be corrected.

    A key that was typed is saved in any case when it fits the API.
    """
    api = form.chosen
    # A valid key is saved although another field is wrong, so that it has to be typed once only.
    if "api" not in form.errors:
        api_keys.remember_api(request, api)
        if key := form.cleaned_data.get("key"):
            api_keys.save_key(request, api.profile.account, key)
    rehearsed = request.POST.get("rehearse", "").strip()
    if form.ENDPOINT == "edits":
        _check_sources(form, sources)
    if request.FILES and not form.errors:
        _check_stray_files(request, form)
    if rehearsed:
        _check_rehearsal(request, form, rehearsed)
    secret = "" if form.errors else api_keys.use_key(request, api)
    if not secret:
        if not form.errors:
            form.add_error("key", _("Enter your key for this API, or use the built-in demo, which needs no key."))
        return None
    visitor_id = request.visitor.ensure_id()
    # The visitor would not find the run if the session could not be saved after it.
    if request.session.modified:
        request.session.save()
    try:
        run = submit_run(
            visitor_id,
            ApiConnection(api, secret),
            form.to_request(sources.images, sources.mask),
            token=normalize_token(request.POST.get("token", "")),
            rehearsed=rehearsed,
            page=origin_run_id(request),
            pressed_at=pressed_at,
        )
    except RunRefused as error:
        form.add_error(None, upload_errors.run_error_text(error))
    except SourceRejected as error:
        form.add_error("image", upload_errors.source_error(error))
    except MaskRejected as error:
        form.add_error("mask", upload_errors.mask_error(error))
    except (OSError, DatabaseError) as error:
        form.add_error(None, upload_errors.disk_error_text(error))
    else:
        request.has_made_run = True
        return run
    return None


def _check_sources(form: BriefForm, sources: EditSources) -> None:
    """Add the problems of an edit's pictures to the form."""
    for name, message in sources.problems:
        form.add_error(name, message)
    if not sources.images and "image" not in form.errors:
        form.add_error("image", _("Choose at least one image to edit."))
    max_mask_bytes = form.chosen.profile.max_mask_bytes
    if sources.mask and sources.mask.size > max_mask_bytes:
        form.add_error("mask", upload_errors.mask_error(MaskRejected("too_large"), max_mask_bytes))
    if sources.mask and form.cleaned_data.get("output_format") == ANIMATION:
        form.add_error("mask", _("GIFs can't be generated with a mask. Remove the mask, or choose another format."))


def _check_stray_files(request: HttpRequest, form: BriefForm) -> None:
    """Refuse files that the form does not take: the API would make another picture without them, and charge."""
    if form.ENDPOINT == "generations":
        message = _("This form generates images from text only, so nothing was sent. Edit images on the edit page.")
        form.add_error(None, message)
    elif unknown := unknown_file_fields(request):
        message = _("The file field “%(name)s” is unknown, so nothing was sent. Use image and mask.")
        form.add_error(None, message % {"name": unknown[0][:64]})


def _check_rehearsal(request: HttpRequest, form: BriefForm, code: str) -> None:
    """Refuse an error code that cannot be rehearsed with this API and key."""
    stored = api_keys.stored_key(request, form.chosen.profile.account)
    if code not in REHEARSAL_CODES:
        form.add_error(None, _("There is no error with that name to simulate."))
    elif not form.chosen.is_builtin or (stored is not None and not stored.is_demo):
        form.add_error(
            None, _("You can simulate errors only on the built-in demo with its own key. Choose the demo.")
        )
