"""Templates are Jinja2's, compiled to Python once a language: in a crowd, pages are most of what a machine does.

Our own texts are put in while a template is compiled, so that a page is joined from few, long pieces.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final

import jinja2
from django.conf import settings
from django.template import defaultfilters
from django.template.backends.base import BaseEngine
from django.template.backends.jinja2 import Jinja2, Template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.jinja import htmx_script
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

# `{{ _("text") }}` and `{{ pgettext("context", "text") }}`, as the lexer sees them.
_TEXT: Final = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")
_TEXT_IN_CONTEXT: Final = (*_TEXT[:4], "comma", "string", *_TEXT[4:])


class Templates(BaseEngine):
    """A template backend of Django that keeps Jinja2's environments, one a language."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        super().__init__({name: value for name, value in params.items() if name != "OPTIONS"})
        self._engine = cache(self._engine_in)

    def get_template(self, template_name: str) -> Template:
        """The template in the language that is active. Raises TemplateDoesNotExist."""
        return self._engine(translation.get_language() or settings.LANGUAGE_CODE).get_template(template_name)

    def _engine_in(self, language: str) -> Jinja2:
        options = {**self._params["OPTIONS"], "environment": f"{__name__}.environment", "language": language}
        return Jinja2({**self._params, "OPTIONS": options})


def environment(*, language: str, loader: jinja2.BaseLoader, auto_reload: bool, **_others: Any) -> jinja2.Environment:
    """What templates of one language may call, and how values are written."""
    made = jinja2.Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n", OwnTexts],
    )
    made.extend(language=language)
    made.globals |= {
        "_": _html(translation.gettext),
        "gettext": translation.gettext,
        "ngettext": translation.ngettext,
        "pgettext": _html(translation.pgettext),
        "url": _url,
        "static": static if settings.DEBUG else cache(static),
        "htmx_script": cache(htmx_script),
    }
    made.filters |= {
        "date": _date,
        "default_if_none": defaultfilters.default_if_none,
        "slugify": defaultfilters.slugify,
        "floatformat": defaultfilters.floatformat,
        "truncatechars": defaultfilters.truncatechars,
    }
    return made


class OwnTexts(Extension):
    """Texts that stand alone in a template are translated when it is compiled, and are HTML already."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens with data in place of such texts."""
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            if text := self._text(tokens[at : at + len(_TEXT)], _TEXT, "_"):
                yield Token(tokens[at].lineno, "data", text)
                at += len(_TEXT)
            elif text := self._text(tokens[at : at + len(_TEXT_IN_CONTEXT)], _TEXT_IN_CONTEXT, "pgettext"):
                yield Token(tokens[at].lineno, "data", text)
                at += len(_TEXT_IN_CONTEXT)
            else:
                yield tokens[at]
                at += 1

    def _text(self, tokens: list[Token], kinds: tuple[str, ...], name: str) -> str:
        if tuple(token.type for token in tokens) != kinds or tokens[1].value != name:
            return ""
        words = [token.value for token in tokens if token.type == "string"]
        with translation.override(self.environment.language):  # type: ignore[attr-defined]
            return translation.pgettext(*words) if len(words) > 1 else translation.gettext(*words)


def _html(translate: Callable[..., str]) -> Callable[..., Markup]:
    def translated(*words: str) -> Markup:
        return Markup(translate(*words))  # noqa: S704 (our own texts are HTML already)

    return translated


@cache
def _place(name: str) -> str:
    return reverse(name)


def _url(name: str, *args: Any) -> str:
    return reverse(name, args=args) if args else _place(name)


def _date(moment: datetime | None, layout: str) -> str:
    """In the visitor's time zone; `layout` as Django's `date` has it."""
    return str(defaultfilters.date(timezone.localtime(moment), layout)) if moment else ""
