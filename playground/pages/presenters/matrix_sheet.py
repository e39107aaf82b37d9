"""The sheet of a matrix: a cell for each run, labelled with what varies, its progress, and its settings as CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from playground.core.csv import csv_blocks
from playground.imageapi.pricing import format_dollars
from playground.pages.file_responses import file_name, file_stem
from playground.pages.presenters.estimates import price_label
from playground.pages.presenters.matrix_plan import duration_label, remaining_seconds
from playground.pages.presenters.pictures import StarView, picture_alt, star_view
from playground.pages.presenters.run_card import progress_percent, requested_pixels, state_label
from playground.pages.texts import run_errors
from playground.runs import selectors
from playground.runs.models import Matrix, Picture, Run, State
from playground.runs.services.matrix import RETRIED_STATES

CSV_COLUMNS: Final = (
    "cell", "run", "state", "error", "charged", "price_usd", "estimate_low_usd", "estimate_high_usd", "seconds",
    "api", "endpoint", "model", "size", "quality", "input_fidelity", "n", "output_format", "background", "prompt",
    "files",
)  # fmt: skip
_PARAMETERS: Final = ("model", "size", "quality", "input_fidelity", "n", "output_format", "background")


@dataclass(frozen=True, slots=True)
class Label:
    """A value of something that varies, for the head of a row, a column or a cell."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CellPicture:
    """A picture in a cell. `place` names it on the page that compares pictures."""

    number: int
    url: str
    thumbnail_url: str
    width: int
    height: int
    alt: str
    place: str
    star: StarView


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest run of a cell; `labels` are those of its row and its column."""

    id: str
    version: int
    state: str
    state_label: str
    labels: list[Label]
    url: str
    is_active: bool
    is_decoding: bool
    is_running: bool
    elapsed: int
    expected_high: int
    progress: int
    width: int
    height: int
    pictures: list[CellPicture]
    headline: str
    error: str
    charged: str
    price_label: str
    retry_url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells; None where no run was sent, or where it was deleted."""

    labels: list[Label]
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class Progress:
    """The ended runs with their price, and the time of the rest."""

    done: int
    total: int
    failed: int
    queued: int
    running: int
    text: str
    is_active: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A matrix for its page. With `is_table` rows and columns have heads, else every cell has its own labels."""

    id: str
    title: str
    rows: list[Row]
    columns: list[list[Label]]
    is_table: bool
    progress: Progress
    url: str
    stop_url: str
    zip_url: str
    again_url: str


def matrix_sheet(matrix: Matrix, runs: Sequence[Run], now: datetime) -> Sheet:
    """Return the sheet of a matrix with its runs, oldest first."""
    newest = newest_runs(runs)
    axes = [(axis["name"], axis["values"]) for axis in matrix.axes]
    varied = [[Label(name, value) for value in values] for name, values in axes if len(values) > 1]
    is_table = len(varied) > 1
    heads = [[label] for label in varied[0]] if varied else [[]]
    columns = [list(labels) for labels in product(*varied[1:])]
    rows = [
        Row(head, [_cell(newest.get(row * len(columns) + column), [*head, *labels], now)
                   for column, labels in enumerate(columns)])
        for row, head in enumerate(heads)
    ]  # fmt: skip
    progress = matrix_progress(runs, now)
    return Sheet(
        id=matrix.pk,
        title=matrix_title(matrix),
        rows=rows,
        columns=columns,
        is_table=is_table,
        progress=progress,
        url=reverse("matrix_sheet", args=[matrix.pk]),
        stop_url=reverse("matrix_stop", args=[matrix.pk]),
        zip_url=reverse("matrix_zip", args=[matrix.pk]),
        again_url=f"{reverse('matrix')}?matrix={matrix.pk}",
    )


def earlier_matrices(visitor_id: str, limit: int = 8) -> list[tuple[str, str, int, datetime]]:
    """Return address, title, number of runs and time of the visitor's newest matrices."""
    return [
        (reverse("matrix_sheet", args=[matrix.pk]), matrix_title(matrix), matrix.run_count, matrix.created_at)  # type: ignore[attr-defined]
        for matrix in selectors.list_matrices(visitor_id, limit)
    ]


def newest_runs(runs: Sequence[Run]) -> dict[int, Run]:
    """Return the newest run of each cell; `runs` are oldest first."""
    # A run that was started again in its cell stands behind the one that it replaces.
    return {run.cell: run for run in runs if run.cell is not None}


def matrix_title(matrix: Matrix) -> str:
    """Return the first prompt as it was typed, and how many follow it."""
    lines = [line for line in str(matrix.entries.get("prompt", "")).split("\n") if line.strip()]
    others = len(lines) - 1 if matrix.entries.get("per_line") else 0
    if not others:
        return lines[0]
    return ngettext("%(prompt)s and %(count)d more", "%(prompt)s and %(count)d more", others) % {
        "prompt": lines[0],
        "count": others,
    }


def matrix_progress(runs: Sequence[Run], now: datetime) -> Progress:
    """Return the progress of the newest runs, with the price of all, which repeated runs may have raised."""
    newest = list(newest_runs(runs).values())
    active = [run for run in newest if run.is_active]
    queued = [run for run in active if run.state == State.QUEUED]
    done = len(newest) - len(active)
    failed = sum(run.state in RETRIED_STATES for run in newest)
    parts = [
        ngettext("%(done)d of %(total)d run done", "%(done)d of %(total)d runs done", len(newest))
        % {"done": done, "total": len(newest)}
    ]
    if failed:
        parts.append(_("%(count)d without an image") % {"count": failed})
    price = format_dollars(sum(run.price or 0 for run in runs))
    parts.append(_("%(price)s so far") % {"price": price} if active else price)
    if active:
        parts.append(_("%(time)s left") % {"time": duration_label(_seconds_left(newest, active, now))})
    return Progress(
        done=done,
        total=len(newest),
        failed=failed,
        queued=len(queued),
        running=len(active) - len(queued),
        text=" · ".join(parts),
        is_active=bool(active),
        is_demo=any(run.is_demo for run in newest),
    )


def csv_of_runs(runs: Sequence[Run]) -> bytes:
    """Return settings, prices and file names of the runs as CSV, which spreadsheets read as UTF-8."""
    return "".join(("\ufeff", *csv_blocks(CSV_COLUMNS, map(_csv_row, runs)))).encode()


def zip_name(matrix: Matrix, runs: Sequence[Run]) -> str:
    """Return the name of the matrix's ZIP, from its first prompt."""
    return f"{file_stem(runs[0]).rpartition('_')[0]}_{matrix.pk[:6]}.zip"


def _cell(run: Run | None, labels: list[Label], now: datetime) -> Cell | None:
    if run is None:
        return None
    elapsed = int(run.elapsed_seconds(now))
    width, height = requested_pixels(run)
    price = format_dollars(run.price) if run.price is not None else ""
    api = run_errors.run_api(run)
    return Cell(
        id=run.pk,
        version=run.version,
        state=run.state,
        state_label=state_label(run),
        labels=labels,
        url=reverse("run", args=[run.pk]),
        is_active=run.is_active,
        is_decoding=run.is_decoding(now),
        is_running=run.state == State.RUNNING,
        elapsed=elapsed,
        expected_high=run.expected_high,
        progress=progress_percent(run, elapsed),
        width=width,
        height=height,
        pictures=[_cell_picture(picture, run) for picture in run.ordered_pictures],
        headline=run_errors.error_headline(run),
        error=run.error,
        charged=run.charged,
        price_label=price or price_label(run.estimate, api),
        retry_url=_retry_url(run),
    )


def _retry_url(run: Run) -> str:
    if run.state not in RETRIED_STATES or run.matrix_id is None:
        return ""
    return reverse("matrix_retry", args=[run.matrix_id, run.pk])


def _cell_picture(picture: Picture, run: Run) -> CellPicture:
    args = [run.pk, picture.number]
    return CellPicture(
        number=picture.number,
        url=reverse("picture", args=args),
        thumbnail_url=reverse("thumbnail", args=args),
        width=picture.width,
        height=picture.height,
        alt=picture_alt(picture, run),
        place=picture.place,
        star=star_view(picture),
    )


def _seconds_left(newest: Sequence[Run], active: Sequence[Run], now: datetime) -> float:
    """Estimate the time of the rest: from the runs that have pictures, else from the expected time."""
    measured = [run.elapsed_seconds(now) for run in newest if run.state == State.SUCCEEDED]
    average = sum(measured) / len(measured) if measured else None

    def seconds(run: Run) -> float:
        expected = average if average is not None else (run.expected_low + run.expected_high) / 2
        # A late run still takes a moment: "0 s left" would be wrong for as long as it goes on.
        return max(1.0, expected - run.elapsed_seconds(now))

    api = run_errors.run_api(active[0])
    return remaining_seconds([seconds(run) for run in active], api.profile.concurrency_limit if api else None)


def _csv_row(run: Run) -> Mapping[str, Any]:
    return {
        "cell": (run.cell or 0) + 1,
        "run": run.pk,
        "state": run.state,
        "error": run.error,
        "charged": run.charged,
        "price_usd": "" if run.price is None else _usd(run.price),
        "estimate_low_usd": _usd(run.estimate_low),
        "estimate_high_usd": _usd(run.estimate_high),
        "seconds": round((run.finished_at - run.claimed_at).total_seconds(), 1)
        if run.finished_at and run.claimed_at
        else "",
        "api": run.api,
        "endpoint": run.endpoint,
        **{name: run.parameters.get(name, "") for name in _PARAMETERS},
        "prompt": run.prompt,
        "files": " ".join(_file_names(run)),
    }


def _file_names(run: Run) -> Iterator[str]:
    return (file_name(run, picture.number, picture.format) for picture in run.ordered_pictures)


def _usd(micro_usd: int) -> str:
    # Without the sign, so that spreadsheets read a number.
    return format_dollars(micro_usd).removeprefix("$")
