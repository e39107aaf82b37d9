"""The Jinja2 environment of the templates."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import jinja2
from django.conf import settings
from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.jinja import htmx_script
from markupsafe import Markup


def environment(*, loader: jinja2.BaseLoader, auto_reload: bool, **_options: Any) -> jinja2.Environment:
    """Create the environment for Django's Jinja2 backend, with the functions and filters that templates may call."""
    env = jinja2.Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
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
