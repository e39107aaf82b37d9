"""What was asked for beside what came: the receipt of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from playground.imageapi.latency import Seconds
from playground.imageapi.options import AUTO
from playground.pages.estimates import seconds_label
from playground.runs.models import Picture, Run


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what was asked and what came; `actual` is empty when nothing says."""

    label: str
    asked: str
    actual: str
    differs: bool


def facts(run: Run, pictures: Sequence[Picture], elapsed: int) -> list[Fact]:
    """Pictures, size, quality, format and time of a run."""
    parameters, reported = run.parameters, run.reported
    return [
        _fact(_("Pictures"), str(run.asked), str(len(pictures)) if not run.is_active else ""),
        _fact(
            _("Size"),
            _size(str(parameters.get("size", ""))),
            _each(_size(f"{one.width}x{one.height}") for one in pictures),
        ),
        _fact(_("Quality"), str(parameters.get("quality", "")), reported.get("quality", "")),
        _fact(
            _("Format"),
            _format(str(parameters.get("output_format", "png"))),
            _each(_format(one.format) for one in pictures),
        ),
        Fact(
            _("Time"),
            seconds_label(Seconds(run.expected_low, run.expected_high)) if run.expected_high else "",
            duration(elapsed) if run.finished_at and run.claimed_at else "",
            differs=False,
        ),
    ]


def duration(seconds: int) -> str:
    """Seconds as people say them: `27 s`, `1 min 5 s`."""
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def _fact(label: str, asked: str, actual: str) -> Fact:
    return Fact(label, asked, actual, differs=bool(asked and actual and asked not in (actual, AUTO)))


def _each(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _size(name: str) -> str:
    return name.replace("x", "×")


def _format(name: str) -> str:
    return name.upper().replace("WEBP", "WebP")
