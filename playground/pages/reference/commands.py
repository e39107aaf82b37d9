"""The commands of the palette: pages, settings, prompts, runs, and places of the reference, each a link."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from playground.imageapi.catalog import ENDPOINTS
from playground.pages.presenters.gallery import mark_words, read_filter
from playground.pages.presenters.pictures import prompt_label
from playground.pages.reference import error_guide, tables
from playground.pages.responses import THEMES
from playground.pages.session.visitor import PageRequest
from playground.pages.texts.prompt_templates import TEMPLATES
from playground.runs import selectors
from playground.runs.models import Run
from playground.runs.selectors import RunFilter
from playground.runs.services import saved_templates

_MAX_OF_GROUP: Final = 6


@dataclass(frozen=True, slots=True)
class Command:
    """A link. `press` is the selector of the page's own control; `prompt` fills the form where there is one."""

    label: str
    url: str
    hint: str = ""
    press: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands below a heading."""

    id: str
    label: str
    commands: list[Command]


def find_commands(request: PageRequest) -> list[CommandGroup]:
    """Return the commands that contain every word of `?q=`; without words, those of most use. Starts no run."""
    run_filter = RunFilter(words=read_filter(request.GET).words)
    words = [word.casefold() for word in run_filter.words]
    visitor = request.visitor.id
    groups = [
        CommandGroup("pages", _("Pages"), _matching(words, _pages())),
        CommandGroup("prompts", _("Previous prompts"), _prompts(visitor, words)),
    ]
    if words:
        groups += [
            CommandGroup("templates", _("Prompt templates"), _matching(words, _templates(visitor))),
            CommandGroup("runs", _("Runs"), _runs(visitor, run_filter)),
            CommandGroup("sections", _("Reference"), _matching(words, _sections(get_language() or ""))),
            CommandGroup("parameters", _("Parameters"), _matching(words, _parameters())),
            CommandGroup("errors", _("Errors"), _matching(words, _errors())),
        ]
    groups.append(CommandGroup("settings", _("Language and theme"), _matching(words, _settings())))
    return [group for group in groups if group.commands]


def _matching(words: list[str], commands: Iterable[Command]) -> list[Command]:
    found = (
        command
        for command in commands
        if all(word in f"{command.prompt or command.label} {command.hint}".casefold() for word in words)
    )
    # Without words everything of a short list is shown.
    return list(found)[: _MAX_OF_GROUP if words else None]


def _pages() -> Iterator[Command]:
    labels = {
        "generate": _("Generate"),
        "edit": _("Edit"),
        "runs": _("History"),
        "matrix": _("Matrix"),
        "compare": _("Compare"),
        "prompt_templates": _("Prompt templates"),
        "reference": _("Reference"),
        "usage": _("Usage"),
        "key": _("Keys and data"),
    }
    return (Command(label, reverse(name)) for name, label in labels.items())


def _settings() -> Iterator[Command]:
    here = reverse("commands")
    for code, name in settings.LANGUAGES:
        # A reader finds the own language by its own name, whatever language the page is in.
        with translation.override(code):
            own_name = str(name)
        yield Command(own_name, f"{here}?lang={code}", _("Language"), press=f'.languages [hreflang="{code}"]')
    labels = dict(zip(THEMES, (_("System"), _("Light"), _("Dark")), strict=True))
    for theme, label in labels.items():
        yield Command(label, f"{here}?theme={theme}", _("Theme"), press=f'[data-theme-choice="{theme}"]')


def _prompts(visitor: str, words: list[str]) -> list[Command]:
    """Link each prompt to its newest run, whose page has the form filled with it."""
    runs = {run.prompt: run for run in reversed(selectors.latest_runs(visitor, 0)) if run.prompt}
    prompts = (Command(_excerpt(run, words), _run_url(run), prompt=run.prompt) for run in reversed(runs.values()))
    return _matching(words, prompts)[:_MAX_OF_GROUP]


def _templates(visitor: str) -> Iterator[Command]:
    own = ((template.pk, template.name) for template in saved_templates.list_templates(visitor))
    for name, label in (*own, *((template.name, str(template.label)) for template in TEMPLATES)):
        yield Command(label, f"{reverse('prompt_templates')}?template={name}")


def _runs(visitor: str, run_filter: RunFilter) -> list[Command]:
    if not visitor:
        return []
    # The search of the history reads all runs for their number; this one ends at the last that is shown.
    runs = run_filter.apply(selectors.list_runs(visitor).prefetch_related(None))[:_MAX_OF_GROUP]
    return [Command(_excerpt(run, run_filter.words), _run_url(run), _time_label(run)) for run in runs]


def _excerpt(run: Run, words: Sequence[str]) -> str:
    return "".join(part.text for part in mark_words(prompt_label(run), words))


def _time_label(run: Run) -> str:
    created_at = timezone.localtime(run.created_at)
    return f"{date_format(created_at, 'MONTH_DAY_FORMAT')} · {created_at:%H:%M}"


def _run_url(run: Run) -> str:
    return reverse("run", args=[run.pk])


@lru_cache(maxsize=len(settings.LANGUAGES))
def _sections(language: str) -> list[Command]:
    # The contents of the reference is the one list of its sections.
    contents = BeautifulSoup(render_to_string("reference/nav.html"), "html.parser")
    return [Command(link.get_text(), f"{reverse('reference')}{link['href']}") for link in contents.find_all("a")]


def _parameters() -> Iterator[Command]:
    for endpoint in ENDPOINTS:
        for row in (*tables.parameter_rows(endpoint), *tables.model_parameter_rows(endpoint)):
            yield Command(row.name, f"{reverse('reference')}#{row.id}", endpoint)


def _errors() -> Iterator[Command]:
    for row in error_guide.error_rows():
        status = f"{row.status} · " if row.status else ""
        yield Command(row.code, reverse("reference_error", args=[row.code]), f"{status}{row.headline}")
