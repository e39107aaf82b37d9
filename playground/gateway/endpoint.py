"""What every address under `v1/` has in common: methods, error shape, headers, one log line."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from playground.gateway import answers, cors
from playground.gateway.call import Call
from playground.gateway.caller import CallerLeft
from playground.gateway.delivery import Delivery
from playground.gateway.incoming import EarlyAnswer
from playground.gateway.leases import leases
from playground.gateway.refusals import error_of
from playground.imageapi.errors import ApiError
from playground.web.requests import current_request_id, origin_of, site_url

type View = Callable[Concatenate[HttpRequest, Call, ...], HttpResponseBase]


def endpoint(name: str, *methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Make a view an address of the API; no `methods` means all. `name` is for the log.

    Whatever the view raises becomes an answer in the OpenAI error schema. Keys come in a header and cookies
    are never read, so there is nothing for CSRF to protect.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            call = Call(current_request_id.get(), name, origin_of(request), site_url(request))
            if request.method == "OPTIONS":
                return _dress(cors.preflight(), call)
            leases.start()
            response = _answer(view, request, call, methods, parts)
            if not isinstance(response, Delivery):
                call.log(response.status_code)
            return _dress(response, call)

        return answer

    return decorate


def _answer(
    view: View, request: HttpRequest, call: Call, methods: tuple[str, ...], parts: dict[str, Any]
) -> HttpResponseBase:
    try:
        if methods and request.method not in methods:
            raise ApiError("method_not_allowed")
        return view(request, call, **parts)
    except ApiError as error:
        call.code = error.code
        return EarlyAnswer(answers.failure(error, call.site, methods), request)
    except CallerLeft:
        call.code = "client_gone"
        return answers.failure(ApiError(call.code), call.site)
    except Exception as error:  # the outermost handler
        call.log_unexpected(error)
        call.code = "server_error"
        return EarlyAnswer(answers.failure(error_of(error), call.site), request)


def _dress(response: HttpResponseBase, call: Call) -> HttpResponseBase:
    cors.allow_every_origin(response)
    # Django would write a second line for every refusal.
    response._has_been_logged = True  # type: ignore[attr-defined]
    response.headers["x-request-id"] = call.id
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "en"
    if call.ignored:
        response.headers["x-ignored"] = ", ".join(call.ignored)
    return response
