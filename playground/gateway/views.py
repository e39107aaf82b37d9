"""The addresses of the image API."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from playground.gateway import answers, kept
from playground.gateway.auth import authenticate
from playground.gateway.call import Call
from playground.gateway.endpoint import endpoint
from playground.gateway.openapi.document import document
from playground.gateway.serve import serve
from playground.gateway.usage import usage as usage_of
from playground.imageapi.errors import ApiError


@endpoint("images/generations", "POST")
def generations(request: HttpRequest, call: Call) -> HttpResponseBase:
    """Make pictures from text."""
    return serve("generations", request, call)


@endpoint("images/edits", "POST")
def edits(request: HttpRequest, call: Call) -> HttpResponseBase:
    """Make pictures from pictures."""
    return serve("edits", request, call)


@endpoint("images/variations")
def variations(request: HttpRequest, call: Call) -> HttpResponseBase:
    """Refuse, and name the alternative: this API has no variations."""
    raise ApiError(
        "not_found",
        "Variations are not offered: use images/edits with input_fidelity=high and an empty prompt.",
    )


@endpoint("models", "GET", "HEAD")
def models(request: HttpRequest, call: Call) -> HttpResponse:
    """The models that may be asked for."""
    call.key = authenticate(request).prefix
    return answers.as_json(answers.models())


@endpoint("models/{model}", "GET", "HEAD")
def model(request: HttpRequest, call: Call, name: str) -> HttpResponse:
    """One model."""
    call.key = authenticate(request).prefix
    return answers.as_json(answers.model(name))


@endpoint("openapi.json", "GET", "HEAD")
def openapi(request: HttpRequest, call: Call) -> HttpResponse:
    """This API, described for programs."""
    return answers.as_json(document())


@endpoint("pictures/{token}/{name}", "GET", "HEAD")
def picture(request: HttpRequest, call: Call, token: str, name: str) -> FileResponse:
    """A picture of an answer with `response_format=url`. Whoever has the address may see it, on any page."""
    found = kept.shown(token, name, timezone.now())
    if found is None:
        raise ApiError("not_found", "There is no such picture, or its 60 minutes are over.")
    file, media_type = found
    response = FileResponse(file, content_type=media_type)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@endpoint("usage", "GET", "HEAD")
def usage(request: HttpRequest, call: Call) -> HttpResponseBase:
    """What the calling key used."""
    account = authenticate(request)
    call.key = account.prefix
    return usage_of(account, request.GET, timezone.now())


@endpoint("unknown")
def nothing(request: HttpRequest, call: Call) -> HttpResponseBase:
    """Every other address."""
    raise ApiError("not_found")
