"""The versions of a picture as a tree: which run was made from results of which others."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _

from playground.pages.presenters.pictures import compare_url, prompt_label
from playground.pages.presenters.run_card import state_label
from playground.runs import selectors
from playground.runs.models import Picture, Run, Source
from playground.runs.services.submit import line_of_parents

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
    # The results it was made from (Picture.place), the one of its line first; none for a first version.
    places: list[str]
    # The versions with these results. It is drawn as a child of the first, with lines from the others.
    parents: list["_Node"] = field(default_factory=list)
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
    def is_draft(self) -> bool:
        """True for an edit that has not been sent."""
        return self.run is not None and self.run._state.adding

    @property
    def pictures(self) -> list[Picture]:
        return self.run.ordered_pictures if self.run and self.run.deleted_at is None else []


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version; `url` is empty when it was deleted or is not sent yet, `place` when it has no picture to compare.

    `indent` is the room in pixels between it and the version before it in its row, or the left edge.
    """

    id: str
    number: int
    label: str
    title: str
    url: str
    thumbnail_url: str
    width: int
    height: int
    place: str
    parent_ids: list[str]
    indent: int
    is_active: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class LineageView:
    """The tree of a run's versions: a row for those that follow from each other, and paths of the lines between them.

    `other_lines` lead from the second and further results that an edit was made from. The lines have `width` by
    `height` pixels.
    """

    rows: list[list[VersionView]]
    lines: str
    other_lines: str
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
    _place_columns(nodes, roots)
    shown = _shown_numbers(nodes, run)
    current = by_id[run.pk]
    parent = current.parents[0] if current.parents else None
    indents = {
        node.run_id: (node.column - before) * _CELL_WIDTH
        for row in rows
        for before, node in zip([0, *(node.column + 1 for node in row)], row, strict=False)
    }
    versions = {
        node.run_id: _version_view(node, len(nodes), shown.get(node.run_id, 1), indents[node.run_id], run.pk)
        for node in nodes
    }
    places = [versions[node.run_id].place for node in (parent, current) if node]
    return LineageView(
        rows=[[versions[node.run_id] for node in row] for row in rows],
        lines=" ".join(_lines(nodes)),
        other_lines=" ".join(_other_lines(nodes)),
        width=(max(node.column for node in nodes) + 1) * _CELL_WIDTH,
        height=len(rows) * _CELL_HEIGHT,
        count=len(nodes),
        is_shortened=len(nodes) > MAX_NEWEST,
        parent_number=parent.number if parent else 0,
        compare_parent_url=compare_url(places) if len(places) == 2 and all(places) else "",
    )


def draft_lineage(visitor_id: str, sources: Sequence[Source]) -> LineageView | None:
    """Return the versions that the pictures of a draft come from, with the draft as the newest; None without any."""
    facts = [{"parent": source.parent} for source in sources]
    if not any(source.parent for source in sources):
        return None
    # As the run that would be submitted; it is never saved.
    draft = Run(visitor=visitor_id, sources=facts, **line_of_parents(visitor_id, facts))
    draft.all_pictures = []
    return lineage_view(visitor_id, draft)


def _build_nodes(family: Sequence[Run], looked_up: Collection[str], current: Run) -> list[_Node]:
    """Return the versions to show, oldest first: with pictures or running, and deleted ones that others came from."""
    present = {run.pk: run for run in family}
    shown = [run for run in family if _is_shown(run, current)]
    places = {run.pk: run.parent_places for run in shown}
    times = {run.pk: run.created_at for run in family}
    for run in shown:
        line = run.lineage or []
        # When the row of a version is gone, the lines of those made from it tell what it came from, and roughly when.
        later = run.created_at
        origins = [*((place, "") for place in run.parent_places[1:]), *zip(line, ["", *line], strict=False)]
        for place, before in reversed(origins):
            run_id = place.partition("/")[0]
            if run_id in looked_up:
                later = times.setdefault(run_id, later - timedelta(microseconds=1))
                places.setdefault(run_id, [before] if before else [])
    nodes = [_Node(run_id, present.get(run_id), times[run_id], origin) for run_id, origin in places.items()]
    return sorted(nodes, key=lambda node: (node.created_at, node.run_id))


def _is_shown(run: Run, current: Run) -> bool:
    return run.deleted_at is None and (run.pk == current.pk or run.is_active or bool(run.ordered_pictures))


def _link_nodes(nodes: Sequence[_Node], by_id: dict[str, _Node]) -> list[_Node]:
    """Give each version its children, oldest first; return those without a parent."""
    roots: list[_Node] = []
    for node in nodes:
        run_ids = dict.fromkeys(place.partition("/")[0] for place in node.places)
        node.parents = [by_id[run_id] for run_id in run_ids if run_id in by_id]
        (node.parents[0].children if node.parents else roots).append(node)
    return roots


def _lay_out(roots: Sequence[_Node]) -> list[list[_Node]]:
    """Arrange rows: the first child follows its parent in the row, each other child begins a row below."""
    rows: list[list[_Node]] = []
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        row: list[_Node] = []
        branches: list[_Node] = []
        while True:
            node.row = len(rows)
            row.append(node)
            branches += reversed(node.children[1:])
            if not node.children:
                break
            node = node.children[0]
        rows.append(row)
        # The branch nearest to the end of the row comes next, so that lines do not cross.
        waiting += branches
    return rows


def _place_columns(nodes: Sequence[_Node], roots: Sequence[_Node]) -> None:
    """Place each version right of all that it was made from, and the trees of the others as near as they can be."""
    for node in nodes:
        node.column = max((parent.column + 1 for parent in node.parents), default=0)
    # The newest first: where it stands decides how near an older one can be.
    for root in reversed(roots):
        tree = _tree(root)
        ids = {node.run_id for node in tree}
        used_by = [(parent, node) for node in nodes for parent in node.parents[1:] if parent.run_id in ids]
        room = min((node.column - parent.column - 1 for parent, node in used_by if node.run_id not in ids), default=0)
        for node in tree:
            node.column += max(0, room)
    left = min(node.column for node in nodes)
    for node in nodes:
        node.column -= left


def _tree(root: _Node) -> list[_Node]:
    """Return a version and all that are drawn as its descendants."""
    tree = [root]
    for node in tree:
        tree += node.children
    return tree


def _other_lines(nodes: Sequence[_Node]) -> Iterator[str]:
    """Return a path to each version from its second and further parents, through the gaps between the pictures."""
    middle, inset = _THUMBNAIL // 2, 6
    for node in nodes:
        for parent in node.parents[1:]:
            x, y = parent.column * _CELL_WIDTH + _THUMBNAIL, parent.row * _CELL_HEIGHT + middle
            end_x, end_y = node.column * _CELL_WIDTH - inset, node.row * _CELL_HEIGHT + middle
            gap = node.row * _CELL_HEIGHT + (-4 if parent.row < node.row else _THUMBNAIL + 4)
            yield f"M{x} {y}h{inset}V{gap}H{end_x}V{end_y}h{inset}"


def _lines(nodes: Sequence[_Node]) -> Iterator[str]:
    """Return a path from each version to each of its children."""
    middle = _THUMBNAIL // 2
    for node in nodes:
        x, y = node.column * _CELL_WIDTH + _THUMBNAIL, node.row * _CELL_HEIGHT + middle
        half = (_CELL_WIDTH - _THUMBNAIL) // 2
        for child in node.children:
            yield f"M{x} {y}h{half}V{child.row * _CELL_HEIGHT + middle}H{child.column * _CELL_WIDTH}"


def _shown_numbers(nodes: Sequence[_Node], current: Run) -> dict[str, int]:
    """Return the number of the picture that stands for each version: the one that the current line goes through."""
    lines = [*(place for node in reversed(nodes) for place in node.places), *(current.lineage or [])]
    return {run_id: int(number) for run_id, _slash, number in (place.partition("/") for place in lines)}


def _version_view(node: _Node, count: int, number: int, indent: int, current_id: str) -> VersionView:
    run, pictures = node.run, node.pictures
    # The image of that number may have been deleted while others of its run are left.
    picture = next((picture for picture in pictures if picture.number == number), pictures[0] if pictures else None)
    is_gone = node.is_gone and node.run_id != current_id
    return VersionView(
        id=node.run_id,
        number=node.number,
        label=_label(node, count),
        title="" if run is None or is_gone else Truncator(prompt_label(run)).chars(120),
        url="" if is_gone or node.is_draft else reverse("run", args=[node.run_id]),
        thumbnail_url=_thumbnail_url(picture) if picture else "",
        width=picture.width if picture else 1,
        height=picture.height if picture else 1,
        place=picture.version_places[0] if picture else "",
        parent_ids=[parent.run_id for parent in node.parents],
        indent=indent,
        is_active=run is not None and not is_gone and not node.is_draft and run.is_active,
        is_current=node.run_id == current_id,
    )


def _thumbnail_url(picture: Picture) -> str:
    name = "locked_thumbnail" if picture.locked else "thumbnail"
    return reverse(name, args=[picture.run_id, picture.number])


def _label(node: _Node, count: int) -> str:
    """Return the name of a version for screen readers."""
    values = {"number": node.number, "count": count}
    if node.run is None or node.is_gone:
        return _("Version %(number)d of %(count)d, deleted") % values
    images = dict(reversed([place.split("/") for place in node.places]))
    origins = [_origin_label(parent, images[parent.run_id]) for parent in node.parents]
    if origins:
        text = _("Version %(number)d of %(count)d, made from %(origins)s") % {
            **values,
            "origins": get_text_list(origins, _("and")),
        }
    else:
        text = _("Version %(number)d of %(count)d") % values
    if node.pictures:
        return text
    state = _("not sent yet") if node.is_draft else state_label(node.run)
    return _("%(version)s: %(state)s") % {"version": text, "state": state}


def _origin_label(parent: _Node, image: str) -> str:
    if len(parent.pictures) > 1:
        return _("image %(image)s of version %(parent)d") % {"image": image, "parent": parent.number}
    return _("version %(parent)d") % {"parent": parent.number}
