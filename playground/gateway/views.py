"""Views of the image API."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.gateway.api_view import api_view
from playground.gateway.authentication import authenticate
from playground.gateway.call_log import CallLog
from playground.gateway.openapi.document import openapi_document
from playground.gateway.responses import json_responses
from playground.gateway.responses.usage import usage_response
from playground.gateway.services import jobs, stored_answers
from playground.gateway.services.generate import handle_image_call
from playground.imageapi.errors import ApiError


@api_view("images/generations", "POST")
def generations(request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    return handle_image_call("generations", request, call_log)


@api_view("images/edits", "POST")
def edits(request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    return handle_image_call("edits", request, call_log)


@api_view("images/variations")
def variations(request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    """Refuse and name the alternative: this API has no variations."""
    raise ApiError(
        "not_found",
        "Variations aren't supported: use images/edits with input_fidelity=high and an empty prompt.",
    )


@api_view("models", "GET", "HEAD")
def models(request: HttpRequest, call_log: CallLog) -> HttpResponse:
    authenticate(request, call_log)
    return json_responses.images_json(json_responses.models_response())


@api_view("models/{model}", "GET", "HEAD")
def model(request: HttpRequest, call_log: CallLog, name: str) -> HttpResponse:
    authenticate(request, call_log)
    return json_responses.images_json(json_responses.model_json(name))


@api_view("openapi.json", "GET", "HEAD")
def openapi(request: HttpRequest, call_log: CallLog) -> HttpResponse:
    """Describe this API for programs."""
    return json_responses.images_json(openapi_document())


@api_view("pictures/{token}/{name}", "GET", "HEAD")
def picture(request: HttpRequest, call_log: CallLog, token: str, name: str) -> FileResponse:
    """Send a picture of an answer with `response_format=url`. It needs no key, and any page may show it."""
    published = stored_answers.find_published(token, name, timezone.now())
    if published is None:
        raise ApiError(
            "not_found", "This image doesn't exist, or its link has expired (links are valid for 60 minutes)."
        )
    file, media_type = published
    response = FileResponse(file, content_type=media_type)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@api_view("usage", "GET", "HEAD")
def usage(request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    api_key = authenticate(request, call_log)
    return usage_response(api_key, request.GET, timezone.now())


@api_view("jobs/{job}", "GET")
def job(request: HttpRequest, call_log: CallLog, job_id: str) -> HttpResponseBase:
    """Describe a job of the key, with its result when it is completed."""
    api_key = authenticate(request, call_log)
    now = timezone.now()
    return json_responses.job_response(jobs.find_job(api_key, job_id, now), call_log, now)


@api_view("jobs/{job}/cancel", "POST")
def cancel_job(request: HttpRequest, call_log: CallLog, job_id: str) -> HttpResponseBase:
    """Cancel a job of the key; one that has ended stays as it is."""
    api_key = authenticate(request, call_log)
    now = timezone.now()
    image_job = jobs.find_job(api_key, job_id, now)
    return json_responses.cancelled_response(image_job, jobs.cancel_job(image_job, now))


@api_view("unknown")
def unknown_address(request: HttpRequest, call_log: CallLog) -> HttpResponseBase:
    raise ApiError("not_found")
