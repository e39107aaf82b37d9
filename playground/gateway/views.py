"""The addresses of the image API."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.gateway.api_view import api_view
from playground.gateway.authentication import authenticate
from playground.gateway.call_log import CallLog
from playground.gateway.openapi import openapi_document
from playground.gateway.responses import image_response
from playground.gateway.responses.usage import usage_response as usage_of
from playground.gateway.services import stored_answers
from playground.gateway.services.generate import handle_image_call
from playground.imageapi.errors import ApiError


@api_view("images/generations", "POST")
def generations(request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """Make pictures from text."""
    return handle_image_call("generations", request, call)


@api_view("images/edits", "POST")
def edits(request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """Make pictures from pictures."""
    return handle_image_call("edits", request, call)


@api_view("images/variations")
def variations(request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """Refuse, and name the alternative: this API has no variations."""
    raise ApiError(
        "not_found",
        "Variations are not offered: use images/edits with input_fidelity=high and an empty prompt.",
    )


@api_view("models", "GET", "HEAD")
def models(request: HttpRequest, call: CallLog) -> HttpResponse:
    """The models that may be asked for."""
    call.key = authenticate(request).prefix
    return image_response.images_json(image_response.models_response())


@api_view("models/{model}", "GET", "HEAD")
def model(request: HttpRequest, call: CallLog, name: str) -> HttpResponse:
    """One model."""
    call.key = authenticate(request).prefix
    return image_response.images_json(image_response.model_json(name))


@api_view("openapi.json", "GET", "HEAD")
def openapi(request: HttpRequest, call: CallLog) -> HttpResponse:
    """This API, described for programs."""
    return image_response.images_json(openapi_document())


@api_view("pictures/{token}/{name}", "GET", "HEAD")
def picture(request: HttpRequest, call: CallLog, token: str, name: str) -> FileResponse:
    """A picture of an answer with `response_format=url`. Whoever has the address may see it, on any page."""
    found = stored_answers.find_published(token, name, timezone.now())
    if found is None:
        raise ApiError("not_found", "There is no such picture, or its 60 minutes are over.")
    file, media_type = found
    response = FileResponse(file, content_type=media_type)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@api_view("usage", "GET", "HEAD")
def usage(request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """What the calling key used."""
    account = authenticate(request)
    call.key = account.prefix
    return usage_of(account, request.GET, timezone.now())


@api_view("unknown")
def unknown_address(request: HttpRequest, call: CallLog) -> HttpResponseBase:
    """Every other address."""
    raise ApiError("not_found")
