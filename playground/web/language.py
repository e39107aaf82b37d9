"""`?lang=` on any page chooses the language and remembers it."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from playground.web.kinds import GetResponse


class LanguageMiddleware:
    """Turn `?lang=en` or `?lang=zh-hans` into the language cookie, for this answer and the next ones."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.codes = frozenset(code for code, _ in settings.LANGUAGES)
        self.api = f"/{settings.URL_PREFIX}v1/"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.GET.get("lang", "").lower() if request.method == "GET" else ""
        if chosen not in self.codes or request.path.startswith(self.api):
            return self.get_response(request)
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
        response = self.get_response(request)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        return response
