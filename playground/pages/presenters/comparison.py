"""Pictures of any runs beside each other: what differs between their runs, and what is the same."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from playground.imageapi import pricing
from playground.imageapi.catalog import PARAMETER
from playground.pages.presenters import apis
from playground.pages.presenters.pictures import LockedView, PictureView, compare_url, picture_view, prompt_label
from playground.pages.presenters.run_card import format_duration
from playground.runs.models import Run
from playground.runs.selectors import PictureVersion

# Parameters with a row of their own, and those that change no image.
_OTHER_PARAMETERS: Final = ("prompt", "n", "response_format", "stream", "partial_images", "webhook_url")
# Chinese, Japanese and Korean characters, which stand for a word each.
_CJK: Final = r"\u3000-\u9fff\uac00-\ud7af\uf900-\uffef"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+|\s+")


class Span(NamedTuple):
    """Part of a text; `is_marked` when the other texts lack it, or when it was searched for."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting or result with a value for each picture. `name` is a parameter's, or one of the comparison's own."""

    name: str
    values: list[list[Span]]


@dataclass(frozen=True, slots=True)
class ComparedPicture:
    """A picture of the comparison, in the version that is `shown`.

    `letter` names it on the page; `rest_url` compares the others without it, `version_urls` with its locked version
    and with the one as returned.
    """

    letter: str
    place: str
    picture: PictureView
    shown: PictureView | LockedView
    is_locked: bool
    version_urls: list[str]
    created_at: datetime
    run_url: str
    rest_url: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pictures with the settings that differ, and those that are `same` for all (names and values)."""

    pictures: list[ComparedPicture]
    differences: list[Difference]
    same: list[tuple[str, str]]


def compare_versions(versions: Sequence[PictureVersion]) -> Comparison:
    """Compare versions of pictures, which know their runs."""
    differences, same = [], []
    for name, values in _compared_values([version.picture.run for version in versions]):
        if len(set(values)) > 1:
            spans = _mark_words(values) if name == "prompt" else [[Span(value)] for value in values]
            differences.append(Difference(name, spans))
        elif values and values[0]:
            same.append((name, values[0]))
    places = [version.place for version in versions]
    return Comparison(
        [_compared_picture(version, index, places) for index, version in enumerate(versions)], differences, same
    )


def _compared_picture(version: PictureVersion, index: int, places: Sequence[str]) -> ComparedPicture:
    run, view = version.picture.run, picture_view(version.picture, version.picture.run)
    before, after = places[:index], places[index + 1 :]
    # Versions beside each other need no links to each other.
    has_links = view.locked and not set(view.version_places) & {*before, *after}
    return ComparedPicture(
        # One letter for each of MAX_COMPARED.
        letter="ABCD"[index],
        place=version.place,
        picture=view,
        shown=view.locked if version.is_locked and view.locked else view,
        is_locked=version.is_locked,
        version_urls=[compare_url([*before, place, *after]) for place in view.version_places] if has_links else [],
        created_at=run.created_at,
        run_url=reverse("run", args=[run.pk]),
        rest_url=compare_url([*before, *after]),
    )


def _compared_values(runs: Sequence[Run]) -> Iterator[tuple[str, list[str]]]:
    """Return the names of all that is compared, with the value of each run; an empty one is not known."""
    yield "prompt", [prompt_label(run) for run in runs]
    for name in PARAMETER:
        # A default that none of the requests names is nobody's setting.
        if name not in _OTHER_PARAMETERS and any(name in run.parameters for run in runs):
            yield name, [_parameter(run, name) for run in runs]
    yield "sources", [", ".join(source["name"] for source in run.sources) for run in runs]
    yield "mask", [_("Yes") if run.mask else "" for run in runs]
    yield "n", [str(run.requested_count) for run in runs]
    yield "api", [apis.api_label(run.api) for run in runs]
    yield "price", [_price(run) for run in runs]
    yield "time", [_duration(run) for run in runs]


def _parameter(run: Run, name: str) -> str:
    value = run.parameters.get(name)
    if value is None and run.endpoint in PARAMETER[name].endpoints:
        value = PARAMETER[name].default_for("edits" if run.endpoint == "edits" else "generations")
    text = "" if value is None else str(value)
    return text.replace("x", "×") if name == "size" else text


def _price(run: Run) -> str:
    if run.price is None:
        return ""
    price = pricing.format_dollars(run.price)
    if run.requested_count == 1:
        return price
    return _("%(price)s for %(count)d images") % {"price": price, "count": run.requested_count}


def _duration(run: Run) -> str:
    return format_duration(int(run.elapsed_seconds(run.finished_at))) if run.finished_at and run.claimed_at else ""


def _mark_words(texts: Sequence[str]) -> list[list[Span]]:
    """Split texts into spans, and mark the words that are not in all of them."""
    words = [_WORD.findall(text) for text in texts]
    common = set.intersection(*map(set, words))
    return [_join_spans(Span(word, word not in common and not word.isspace()) for word in text) for text in words]


def _join_spans(spans: Iterator[Span]) -> list[Span]:
    """Join neighbours that are marked, with the space between them, and those that are not."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].is_marked == span.is_marked:
            joined[-1] = Span(joined[-1].text + span.text, span.is_marked)
        elif len(joined) > 1 and span.is_marked and joined[-1].text.isspace():
            joined[-2:] = [Span(joined[-2].text + joined[-1].text + span.text, is_marked=True)]
        else:
            joined.append(span)
    return joined
