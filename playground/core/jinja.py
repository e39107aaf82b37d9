"""Django's template backend for Jinja2: one environment for each language.

Texts that stand alone in a template are translated when the template is compiled, so that rendering joins fewer and
longer pieces: rendering was two thirds of a page's CPU (docs/decisions/0010-jinja2-templates.md).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

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


class JinjaTemplates(BaseEngine):
    """Choose the Jinja2 environment of the active language."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        super().__init__({name: value for name, value in params.items() if name != "OPTIONS"})
        self._backend = cache(self._create_backend)

    def get_template(self, template_name: str) -> Template:
        """Return the template in the active language. Raise TemplateDoesNotExist when there is none."""
        return self._backend(translation.get_language() or settings.LANGUAGE_CODE).get_template(template_name)

    def _create_backend(self, language: str) -> Jinja2:
        options = {**self._params["OPTIONS"], "environment": f"{__name__}.environment", "language": language}
        return Jinja2({**self._params, "OPTIONS": options})


def environment(
    *, language: str, loader: jinja2.BaseLoader, auto_reload: bool, **_options: Any
) -> jinja2.Environment:
    """Create the environment of one language, with the functions and filters that templates may call."""
    env = jinja2.Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n", CompiledTexts],
    )
    env.extend(language=language)
    env.globals |= {
        "_": _mark_safe(translation.gettext),
        "gettext": translation.gettext,
        "ngettext": translation.ngettext,
        "pgettext": _mark_safe(translation.pgettext),
        "url": _url,
        "static": static if settings.DEBUG else cache(static),
        "htmx_script": cache(htmx_script),
    }
    env.filters |= {
        "date": _local_date,
        "default_if_none": defaultfilters.default_if_none,
        "slugify": defaultfilters.slugify,
        "floatformat": defaultfilters.floatformat,
        "truncatechars": defaultfilters.truncatechars,
    }
    return env


class CompiledTexts(Extension):
    """Translate `{{ _("text") }}` and `{{ pgettext("context", "text") }}` when a template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Replace each such call by the translation, as template data."""
        tokens: list[Token] = []
        for token in stream:
            tokens.append(token)
            if token.type == "variable_end":
                text = self._translate(tokens)
                yield from tokens if text is None else [Token(token.lineno, "data", text)]
                tokens = []
            elif tokens[0].type != "variable_begin":
                yield tokens.pop()
        yield from tokens

    def _translate(self, tokens: list[Token]) -> str | None:
        """Return the translation, or None when the expression is anything but one of the two calls."""
        kinds = [token.type for token in tokens]
        if kinds[1:3] != ["name", "lparen"] or kinds[-2:] != ["rparen", "variable_end"]:
            return None
        # Neighbouring string literals are one string, as in Python.
        arguments = [list(group) for kind, group in groupby(tokens[3:-2], _is_comma) if not kind]
        if any(token.type != "string" for argument in arguments for token in argument):
            return None
        strings = ["".join(token.value for token in argument) for argument in arguments]
        with translation.override(self.environment.language):  # type: ignore[attr-defined]
            match tokens[1].value, strings:
                case "_", [text]:
                    return translation.gettext(text)
                case "pgettext", [context, text]:
                    return translation.pgettext(context, text)
        return None


def _is_comma(token: Token) -> bool:
    return token.type == "comma"


def _mark_safe(translate: Callable[..., str]) -> Callable[..., Markup]:
    def translate_to_html(*strings: str) -> Markup:
        return Markup(translate(*strings))  # noqa: S704 (texts of this project are HTML, not input)

    return translate_to_html


@cache
def _url_without_arguments(name: str) -> str:
    return reverse(name)


def _url(name: str, *args: Any) -> str:
    return reverse(name, args=args) if args else _url_without_arguments(name)


def _local_date(moment: datetime | None, date_format: str) -> str:
    """Format a time in the visitor's time zone, with Django's `date` formats."""
    return str(defaultfilters.date(timezone.localtime(moment), date_format)) if moment else ""
