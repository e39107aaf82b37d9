"""The versions of a picture as a tree: which run was made from a result of which other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.pages.presenters.pictures import compare_url, prompt_label
from playground.pages.presenters.run_card import state_label
from playground.runs import selectors
from playground.runs.models import Picture, Run

# Versions that are not on the way to one of these are left out: a thin tree of hundreds is no help.
MAX_NEWEST: Final = 40
# The tree's grid in CSS pixels, as in lineage.css: thumbnails of 48 px with lines between them.
_CELL_WIDTH, _CELL_HEIGHT, _THUMBNAIL = 68, 56, 48


@dataclass(slots=True)
class _Node:
    """A version while the tree is built; `run` is None when its row is gone."""

    run_id: str
    run: Run | None
    created_at: datetime
    # The result it was made from (Picture.place); empty for a first version.
    parent: str
    children: list["_Node"] = field(default_factory=list)
    number: int = 0
    row: int = 0
    column: int = 0

    @property
    def is_gone(self) -> bool:
        """True when the run, or all of its pictures, have been deleted."""
        return (
            self.run is None or self.run.deleted_at is not None or (bool(self.run.all_pictures) and not self.pictures)
        )

    @property
    def pictures(self) -> list[Picture]:
        return self.run.ordered_pictures if self.run and self.run.deleted_at is None else []


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version; `url` is empty when it was deleted, `place` when it has no picture to compare."""

    id: str
    number: int
    label: str
    title: str
    url: str
    thumbnail_url: str
    width: int
    height: int
    place: str
    parent_id: str
    is_active: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Versions that follow from each other, in a row that begins `indent` pixels from the left."""

    indent: int
    versions: list[VersionView]


@dataclass(frozen=True, slots=True)
class LineageView:
    """The tree of a run's versions: rows, and the path of the lines between them on `width` by `height` pixels."""

    rows: list[VersionRow]
    lines: str
    width: int
    height: int
    count: int
    is_shortened: bool
    parent_number: int
    compare_parent_url: str


def lineage_view(visitor_id: str, run: Run) -> LineageView | None:
    """Return the versions of the run's picture; None when it is the only one."""
    nodes = _build_nodes(*selectors.get_family(visitor_id, run, MAX_NEWEST), run)
    if len(nodes) < 2:
        return None
    for number, node in enumerate(nodes, start=1):
        node.number = number
    by_id = {node.run_id: node for node in nodes}
    roots = _link_nodes(nodes, by_id)
    rows = _lay_out(roots)
    shown = _shown_numbers(nodes, run)
    current = by_id[run.pk]
    parent = by_id.get(current.parent.partition("/")[0])
    versions = {
        node.run_id: _version_view(node, by_id, len(nodes), shown.get(node.run_id, 1), run.pk) for node in nodes
    }
    places = [versions[node.run_id].place for node in (parent, current) if node]
    return LineageView(
        rows=[VersionRow(row[0].column * _CELL_WIDTH, [versions[node.run_id] for node in row]) for row in rows],
        lines=" ".join(_lines(nodes)),
        width=(max(node.column for node in nodes) + 1) * _CELL_WIDTH,
        height=len(rows) * _CELL_HEIGHT,
        count=len(nodes),
        is_shortened=len(nodes) > MAX_NEWEST,
        parent_number=parent.number if parent else 0,
        compare_parent_url=compare_url(places) if len(places) == 2 and all(places) else "",
    )


def _build_nodes(family: Sequence[Run], followed: Collection[str], current: Run) -> list[_Node]:
    """Return the versions to show, oldest first: with pictures or running, and deleted ones that others came from."""
    present = {run.pk: run for run in family}
    shown = [run for run in family if _is_shown(run, current)]
    parents = {run.pk: run.lineage[-1] if run.lineage else "" for run in shown}
    times = {run.pk: run.created_at for run in family}
    for run in shown:
        line = (run.lineage or []) if run.pk in followed else []
        # When the row of a version is gone, the lines of those made from it tell what it came from, and roughly when.
        later = run.created_at
        for place, before in reversed(list(zip(line, ["", *line], strict=False))):
            run_id = place.partition("/")[0]
            later = times.setdefault(run_id, later - timedelta(microseconds=1))
            parents.setdefault(run_id, before)
    nodes = [_Node(run_id, present.get(run_id), times[run_id], parent) for run_id, parent in parents.items()]
    return sorted(nodes, key=lambda node: (node.created_at, node.run_id))


def _is_shown(run: Run, current: Run) -> bool:
    return run.deleted_at is None and (run.pk == current.pk or run.is_active or bool(run.ordered_pictures))


def _link_nodes(nodes: Sequence[_Node], by_id: dict[str, _Node]) -> list[_Node]:
    """Give each version its children, oldest first; return those without a parent."""
    roots: list[_Node] = []
    for node in nodes:
        parent = by_id.get(node.parent.partition("/")[0])
        (parent.children if parent else roots).append(node)
    return roots


def _lay_out(roots: Sequence[_Node]) -> list[list[_Node]]:
    """Place the versions: the first child follows its parent in the row, each other child begins a row below."""
    rows: list[list[_Node]] = []
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting:
        node, column = waiting.pop()
        row: list[_Node] = []
        branches = []
        while True:
            node.row, node.column = len(rows), column
            row.append(node)
            column += 1
            branches += [(child, column) for child in reversed(node.children[1:])]
            if not node.children:
                break
            node = node.children[0]
        rows.append(row)
        # The branch nearest to the end of the row comes next, so that lines do not cross.
        waiting += branches
    return rows


def _lines(nodes: Sequence[_Node]) -> Iterator[str]:
    """Return a path from each version to each of its children."""
    middle = _THUMBNAIL // 2
    for node in nodes:
        x, y = node.column * _CELL_WIDTH + _THUMBNAIL, node.row * _CELL_HEIGHT + middle
        half = (_CELL_WIDTH - _THUMBNAIL) // 2
        for child in node.children:
            yield f"M{x} {y}h{half}V{child.row * _CELL_HEIGHT + middle}h{half}"


def _shown_numbers(nodes: Sequence[_Node], current: Run) -> dict[str, int]:
    """Return the number of the picture that stands for each version: the one that the current line goes through."""
    lines = [*(node.parent for node in reversed(nodes)), *(current.lineage or [])]
    return {run_id: int(number) for run_id, _slash, number in (place.partition("/") for place in lines if place)}


def _version_view(node: _Node, by_id: dict[str, _Node], count: int, number: int, current_id: str) -> VersionView:
    run, pictures = node.run, node.pictures
    # The image of that number may have been deleted while others of its run are left.
    picture = next((picture for picture in pictures if picture.number == number), pictures[0] if pictures else None)
    is_gone = node.is_gone and node.run_id != current_id
    return VersionView(
        id=node.run_id,
        number=node.number,
        label=_label(node, by_id, count),
        title="" if run is None or is_gone else Truncator(prompt_label(run)).chars(120),
        url="" if is_gone else reverse("run", args=[node.run_id]),
        thumbnail_url=_thumbnail_url(picture) if picture else "",
        width=picture.width if picture else 1,
        height=picture.height if picture else 1,
        place=picture.version_places[0] if picture else "",
        parent_id=node.parent.partition("/")[0],
        is_active=run is not None and not is_gone and run.is_active,
        is_current=node.run_id == current_id,
    )


def _thumbnail_url(picture: Picture) -> str:
    name = "locked_thumbnail" if picture.locked else "thumbnail"
    return reverse(name, args=[picture.run_id, picture.number])


def _label(node: _Node, by_id: dict[str, _Node], count: int) -> str:
    """Return the name of a version for screen readers."""
    values = {"number": node.number, "count": count}
    if node.run is None or node.is_gone:
        return _("Version %(number)d of %(count)d, deleted") % values
    run_id, _slash, image = node.parent.partition("/")
    parent = by_id.get(run_id)
    if parent is None:
        text = _("Version %(number)d of %(count)d") % values
    elif len(parent.pictures) > 1:
        text = _("Version %(number)d of %(count)d, made from image %(image)s of version %(parent)d") % {
            **values,
            "image": image,
            "parent": parent.number,
        }
    else:
        text = _("Version %(number)d of %(count)d, made from version %(parent)d") % {
            **values,
            "parent": parent.number,
        }
    if node.pictures:
        return text
    return _("%(version)s: %(state)s") % {"version": text, "state": state_label(node.run)}
