r"""The form of a matrix: prompts times settings, each cell checked by the form of its endpoint.

A prompt may have groups: `a {red|blue} fox` stands for two prompts. `\{`, `\|`, `\}` and `\\` are the characters
alone. Braces without a bar between them are text, so that prompts with JSON stay as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.catalog import DEFAULT_MODEL, FIDELITIES, PARAMETER, Endpoint, parse_size
from playground.imageapi.providers import Capabilities, ImageApi
from playground.imageapi.schemas import ImageRequest
from playground.imaging.alignment import Size
from playground.imaging.frames import FrameError
from playground.pages.forms import markup
from playground.pages.forms.briefs import (
    ADVANCED,
    BRIEF_FORMS,
    BriefForm,
    Text,
    custom_size_rules,
    normalize_size,
)
from playground.pages.forms.edit_sources import (
    EditSources,
    check_limits,
    check_sources,
    draw_notes_of_draft,
)
from playground.pages.texts import upload_errors
from playground.pages.texts.upload_errors import FieldProblems
from playground.runs.services.framing import resolve_size

MAX_RUNS: Final = 36
# Each may have several values; in the order in which they vary, the last one fastest.
VARIED: Final = ("model", "size", "quality", "input_fidelity")
# Settings of a run that its matrix keeps.
KEPT: Final = tuple(name for name in ADVANCED if name not in ("safety_identifier", "user"))
# Sizes may be separated by spaces, too; a size itself may be written as `1280 × 720`.
_OWN_SIZE: Final = re.compile(r"[0-9]+\s*[xX×]\s*[0-9]+|[^\s,;，；、]+")
PROMPT, WORD = "prompt", "word"
_PIECE: Final = re.compile(r"\\[{}|\\]|[{}|]|[^\\{}|]+|\\", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that varies: `prompt`, a group of words in the only prompt, or a parameter."""

    name: str
    values: list[str]


class Choices(forms.MultipleChoiceField):
    """Any number of values."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__(
            choices=[(value, value.replace("x", "×") if value[:1].isdigit() else value) for value in values],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": gettext_lazy("Choose at least one."),
                "invalid_choice": gettext_lazy("This API doesn't offer that value."),
            },
        )


class MatrixForm(forms.Form):
    """Fields are named as in the other forms; `model`, `size`, `quality` and `input_fidelity` may be repeated.

    `own_sizes` are custom sizes. `sources` are those of the edit page, the first one of `source_size` pixels; with
    `endpoint=edits` every run edits them.
    """

    prompt = Text(
        PARAMETER["prompt"].max_length or 0,
        gettext_lazy("The prompts have %(length)d characters. The maximum is %(most)d."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
        error_messages={"required": gettext_lazy("Describe the images you want.")},
    )
    # The sentence about a pinned palette: each cell sends it before its prompt.
    palette = forms.CharField(required=False)
    per_line = forms.BooleanField(required=False)
    token = forms.CharField(required=False, max_length=64)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        chosen: ImageApi,
        has_key: bool,
        sources: EditSources | None = None,
        source_size: Size | None = None,
        preface: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        values = data if data is not None else initial or {}
        self.chosen, self.has_key, self.preface = chosen, has_key, preface
        is_edit = sources is not None and values.get("endpoint") == "edits"
        self.endpoint: Endpoint = "edits" if is_edit else "generations"
        self.sources = sources if sources and is_edit else EditSources()
        self.source_size = source_size
        page_defaults = BRIEF_FORMS[self.endpoint].PAGE_DEFAULTS
        defaults = {"n": page_defaults["n"], **{name: [page_defaults[name]] for name in ("size", "quality")}}
        first = {"model": [DEFAULT_MODEL], "input_fidelity": [FIDELITIES[0]], "per_line": True}
        super().__init__(data, initial={**defaults, **first, **(initial or {}), "api": chosen.id})
        self.label_suffix = ""
        for name, offered in self._offered().items():
            if offered:
                self.fields[name] = Choices(offered)
        self.takes_own_sizes = any(self._capabilities(name).any_size for name in chosen.profile.models)
        if self.takes_own_sizes:
            self.fields["own_sizes"] = forms.CharField(required=False)
            self.fields["size"].required = not str(values.get("own_sizes") or "").strip()
        counts = chosen.profile.capabilities().values("n", self.endpoint)
        self.fields["n"] = forms.ChoiceField(choices=[(n, n) for n in counts], required=False)
        self.fields["api"] = forms.ChoiceField(choices=[(api_id, api_id) for api_id in settings.IMAGE_APIS])
        # Set by `clean`: what varies, and the request of each cell, the last axis fastest.
        self.axes: list[Axis] = []
        self.requests: list[ImageRequest] = []

    @cached_property
    def kept(self) -> dict[str, str]:
        """The other settings that all cells have, where they differ from the API's defaults."""
        values = self.data if self.is_bound else self.initial
        defaults = {name: str(PARAMETER[name].default_for(self.endpoint)) for name in KEPT}
        return {name: str(values[name]) for name in KEPT if values.get(name) and str(values[name]) != defaults[name]}

    def clean(self) -> dict[str, Any]:
        """Build the request of every cell; say which ones the API does not take."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["n"] = cleaned["n"] or "1"
        sizes = list(dict.fromkeys([*cleaned["size"], *self._own_sizes(cleaned)]))
        if self.endpoint == "edits" and (problem := self._source_problem()):
            raise ValidationError(problem, "sources")
        parts = self._prompt_parts(cleaned)
        varied = [Axis(name, sizes if name == "size" else cleaned[name]) for name in VARIED if name in self.fields]
        # Counted before anything is expanded: twenty groups of two stand for a million prompts.
        count = sum(map(count_prompts, parts)) * prod(len(axis.values) for axis in varied)
        if count > MAX_RUNS:
            message = _("This makes %(count)d runs. A matrix has at most %(most)d; choose fewer prompts or settings.")
            raise ValidationError(message % {"count": count, "most": MAX_RUNS}, "too_many")
        prompts = list(dict.fromkeys(prompt for part in parts for prompt in expand_groups(part)))
        pictures = len(prompts) * prod(len(axis.values) for axis in varied) * int(cleaned["n"])
        if pictures > settings.SESSION_MAX_PICTURES:
            message = _("This makes %(count)d images, and a session keeps at most %(most)d. Choose fewer.")
            raise ValidationError(message % {"count": pictures, "most": settings.SESSION_MAX_PICTURES}, "too_many")
        self.axes = [*_prompt_axes(parts, prompts), *varied]
        problems: dict[str, None] = {}
        for prompt, *values in product(prompts, *(axis.values for axis in varied)):
            cell = dict(zip((axis.name for axis in varied), values, strict=True))
            form = self._cell_form({**cell, "palette": cleaned["palette"], "prompt": prompt, "n": cleaned["n"]})
            if form.is_valid() and self.endpoint == "edits":
                check_sources(form, self.sources)
            if not form.errors:
                self._add_request(form)
            if form.errors:
                problems |= dict.fromkeys(_cell_problems(form.errors, cell))
        for problem in problems:
            self.add_error(None, problem)
        return cleaned

    def draw_notes(self) -> None:
        """Draw the copy with annotations that the requests send. Raises ValidationError and SourceRejected."""
        draw_notes_of_draft(self.sources, self.chosen.profile)
        self.requests = [replace(request, images=self.sources.images) for request in self.requests]

    def limit_runs(self, count: int) -> None:
        """Leave out the runs after the first `count`."""
        self.requests = self.requests[:count]

    def stored_entries(self) -> dict[str, Any]:
        """Return the entries with which the form is shown again."""
        cleaned = self.cleaned_data
        varied = (name for name in (*VARIED, "own_sizes") if name in self.fields)
        names = ("prompt", "palette", "per_line", "n", *varied)
        return {**{name: cleaned[name] for name in names}, **self.kept, "endpoint": self.endpoint}

    def _prompt_parts(self, cleaned: Mapping[str, Any]) -> list[list[list[str]]]:
        text = str(cleaned["prompt"])
        lines = text.split("\n") if cleaned["per_line"] else [text]
        try:
            return [parse_groups(line.strip()) for line in lines if line.strip()]
        except NestedGroupError:
            message = _("A group can't contain another one. Write \\{ for a brace that is part of the prompt.")
            self.add_error("prompt", ValidationError(message, "nested"))
            raise ValidationError([]) from None

    def _own_sizes(self, cleaned: Mapping[str, Any]) -> list[str]:
        sizes = [normalize_size(size) for size in _OWN_SIZE.findall(str(cleaned.get("own_sizes") or ""))]
        models = [self._capabilities(name) for name in cleaned.get("model") or self.chosen.profile.models]
        if any(not any(model.accepts_size(size) for model in models) for size in sizes):
            self.add_error("own_sizes", ValidationError(custom_size_rules(), "size"))
            raise ValidationError([])
        return sizes

    def _source_problem(self) -> str:
        """Return a sentence when the API does not take as many or as large pictures."""
        profile, problems = self.chosen.profile, FieldProblems()
        images = self.sources.images[:-1] if self.sources.notes else self.sources.images
        with problems.collecting(""):
            check_limits(images, profile)
        if problems:
            return problems[0][1]
        return markup.room_problem(len(images), profile) if self.sources.notes else ""

    def _add_request(self, form: BriefForm) -> None:
        """Add the request of a cell in the size that a framed picture takes, or an error about its frame."""
        request = form.to_request(self.sources.images, self.sources.mask)
        frame, pixels = self.sources.frame, self.source_size
        try:
            if frame and pixels:
                request = replace(request, size=resolve_size(frame, pixels, request.size))
                frame.box(pixels, parse_size(str(request.size)))
        except FrameError as error:
            form.add_error("frame", upload_errors.frame_error(error))
        else:
            self.requests.append(request)

    def _capabilities(self, model: str) -> Capabilities:
        return self.chosen.profile.capabilities(model)

    def _cell_form(self, cell: Mapping[str, str]) -> BriefForm:
        entries = {**self.kept, "api": self.chosen.id, "preface": self.preface, **cell}
        return BRIEF_FORMS[self.endpoint](entries, chosen=self.chosen, has_key=self.has_key)

    def _offered(self) -> dict[str, tuple[str, ...]]:
        """Return the values of each field of VARIED; those of any model where there are several."""
        profile = self.chosen.profile
        models = [self._capabilities(name) for name in profile.models]
        fidelities = FIDELITIES if self.endpoint == "edits" and _any_has(models, "input_fidelity") else ()
        return {
            "model": profile.models if len(profile.models) > 1 else (),
            "size": tuple(dict.fromkeys(size for model in models for size in model.values("size", self.endpoint))),
            # As in the other forms without `auto`: what it becomes has its own price.
            "quality": tuple(dict.fromkeys(quality for model in models for quality in model.model.qualities)),
            "input_fidelity": fidelities,
        }


def _any_has(models: Sequence[Capabilities], name: str) -> bool:
    return any(name in model.fields for model in models)


def _prompt_axes(parts: Sequence[list[list[str]]], prompts: list[str]) -> list[Axis]:
    """Return the groups of a single prompt, each an axis of its own, else the prompts."""
    groups = [part for part in parts[0] if len(part) > 1]
    if len(parts) == 1 and groups and count_prompts(parts[0]) == len(prompts):
        return [Axis(WORD, group) for group in groups]
    return [Axis(PROMPT, prompts)]


def _cell_problems(errors: Mapping[str, Any], cell: Mapping[str, str]) -> list[str]:
    """Return the messages of a cell; those about what varies name its value."""
    return [
        f"{cell.get('model', '')} {cell[name].replace('x', '×')}: {message}".strip() if name in cell else str(message)
        for name, messages in errors.items()
        for message in messages
    ]


class NestedGroupError(ValueError):
    """A group stands inside another one."""


def parse_groups(text: str) -> list[list[str]]:
    """Return the parts of a prompt in order: one text, or the different alternatives of a group.

    Raises NestedGroupError.
    """
    parts: list[list[str]] = [[""]]
    group: list[str] | None = None
    # The group as it was typed, for one that turns out to be text.
    typed = ""
    for piece in _PIECE.findall(text):
        literal = piece[-1] if len(piece) == 2 and piece[0] == "\\" else piece
        if piece == "{" and group is None:
            group, typed = [""], "{"
        elif group is None:
            parts[-1][-1] += literal
        elif piece == "{":
            if len(group) > 1:
                raise NestedGroupError
            # Braces around a group are text, as in JSON.
            parts[-1][-1] += typed
            group, typed = [""], "{"
        elif piece == "}":
            if len(group) > 1:
                parts += [list(dict.fromkeys(group)), [""]]
            else:
                parts[-1][-1] += typed + piece
            group = None
        elif piece == "|":
            group.append("")
            typed += piece
        else:
            group[-1] += literal
            typed += literal
    if group is not None:
        parts[-1][-1] += typed
    return [part for part in parts if part != [""]]


def count_prompts(parts: list[list[str]]) -> int:
    """Return how many prompts the parts stand for."""
    return prod(len(part) for part in parts)


def expand_groups(parts: list[list[str]]) -> list[str]:
    """Return every prompt, the last group fastest."""
    return ["".join(chosen) for chosen in product(*parts)]
