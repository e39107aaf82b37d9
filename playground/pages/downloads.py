"""Pictures as files to keep: what formats there are, and names that say what is inside."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from playground.imageapi.options import FILE_ENDINGS, OUTPUT_FORMATS
from playground.runs.models import Picture, Run

_LABELS: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}
_LONGEST_STEM: Final = 40
_SHORT_ID: Final = 6


@dataclass(frozen=True, slots=True)
class Download:
    """A picture in one format. `size_label` is empty until the file exists."""

    format: str
    label: str
    url: str
    file_name: str
    size_label: str = ""


def downloads(
    picture: Picture, run: Run, sizes: dict[str, int] | None = None, *, locked: bool = False
) -> list[Download]:
    """The three formats, the delivered one with its true size; `sizes` are bytes by format where known.

    `locked`: of the picture that keeps what is outside the mask.
    """
    known = {**({} if locked else {picture.format: picture.size}), **(sizes or {})}
    return [
        Download(
            name,
            _LABELS[name],
            download_url(picture, name, locked=locked),
            file_name(run, picture.number, name, locked=locked),
            filesizeformat(known[name]) if name in known else "",
        )
        for name in OUTPUT_FORMATS
    ]


def download_url(picture: Picture, name: str, *, locked: bool = False) -> str:
    """Where the picture is delivered as an attachment in that format."""
    address = reverse("locked" if locked else "picture", args=[picture.run_id, picture.number])
    return f"{address}?{urlencode({'format': name, 'download': 1})}"


def file_name(run: Run, number: int, name: str, *, locked: bool = False) -> str:
    """A name from the prompt's first words, the run and the picture's number: `vintage-poster_3f2a91_1.png`."""
    return f"{stem(run)}_{number}{'-locked' if locked else ''}.{FILE_ENDINGS[name]}"


def stem(run: Run) -> str:
    """The part of the name that all files of a run share."""
    return f"{_words(run.prompt) or 'picture'}_{run.pk[:_SHORT_ID]}"


def _words(prompt: str) -> str:
    """The first words, letters and digits of any script joined by hyphens; cut at a word where there is one."""
    joined = "-".join(re.findall(r"[^\W_]+", prompt[:200].lower()))
    if len(joined) <= _LONGEST_STEM:
        return joined
    cut = joined[: _LONGEST_STEM + 1].rpartition("-")[0]
    return cut or joined[:_LONGEST_STEM]


def disposition(name: str, *, attached: bool) -> str:
    """The Content-Disposition for a file name in any script (RFC 6266): an ASCII name, and the real one beside it."""
    fallback = _ascii_name(name)
    kind = "attachment" if attached else "inline"
    extended = "" if fallback == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{kind}; filename="{fallback}"{extended}'


def _ascii_name(name: str) -> str:
    """Keep what is ASCII of the name, and its ending: programs without RFC 6266 tell a file's type by that."""
    whole, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    words, mark, rest = _ascii(whole).partition("_")
    plain = f"{words.strip('-.') or 'picture'}{mark}{rest}".rstrip("-._")
    return f"{plain}{dot}{_ascii(ending)}".rstrip(".")


def _ascii(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "", text)
