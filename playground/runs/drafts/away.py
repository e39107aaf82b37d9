"""Pictures that were taken off the edit page and can come back: the last ones that were removed or replaced.

They belong to a name that no visitor has, so that they neither count nor show, and are pruned like any draft.
"""

from collections.abc import Iterable, Sequence

from playground import store
from playground.imageapi.options import MAX_TOTAL_BYTES
from playground.runs.drafts import pictures
from playground.runs.folders import draft_folder_of
from playground.runs.models import Source
from playground.runs.refusals import SourceRefused


def put_away(visitor: str, sources: Iterable[Source]) -> None:
    """Take pictures off the page with their masks; what was put away before is gone then."""
    pictures.clear(name_of(visitor))
    move(sources, name_of(visitor))


def away_of(visitor: str) -> list[Source]:
    """What can be brought back."""
    return pictures.sources_of(name_of(visitor)) if visitor else []


def bring_back(visitor: str) -> None:
    """Put what was put away in its old places again. Raises SourceRefused when there is no room for it."""
    present, back = pictures.sources_of(visitor), away_of(visitor)
    _check_room(present, back)
    move(back, visitor)
    order = [one.pk for one in present]
    for one in back:
        order.insert(one.position, one.pk)
    pictures.reorder(visitor, order)


def swap(visitor: str) -> None:
    """Put what was put away on the page again, in place of what is there, which is then put away."""
    present, back = pictures.sources_of(visitor), away_of(visitor)
    move(present, f"{name_of(visitor)}~")
    move(back, visitor)
    move(present, name_of(visitor))


def move(sources: Iterable[Source], visitor: str) -> None:
    """Give pictures to another name, files first, so that a row never names a file that is not there."""
    folder = draft_folder_of(visitor)
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        old = draft_folder_of(source.visitor)
        for name in store.names(old, source.pk):
            store.fetch(old / name).replace(folder / name)
            store.copy(old / name, folder / name)
            store.remove(old / name)
        source.visitor = visitor
        source.save(update_fields=["visitor"])


def _check_room(present: Sequence[Source], back: Sequence[Source]) -> None:
    if back and len(present) + len(back) > pictures.capacity():
        raise SourceRefused("too_many", back[0].name, pictures.capacity())
    if back and sum(one.size for one in (*present, *back)) > MAX_TOTAL_BYTES:
        raise SourceRefused("too_large_together", back[0].name)


def name_of(visitor: str) -> str:
    """The name that holds what the visitor's page has put away."""
    return f"{visitor}~away"
