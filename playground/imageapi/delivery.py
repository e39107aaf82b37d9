"""Handing pictures to the caller, in order and no more than were asked for."""

from collections.abc import Callable
from pathlib import Path

from playground.imageapi.intake import Intake
from playground.imageapi.messages import PartialPicture, ReceivedPicture


class Delivery:
    """What a call gave to its caller so far. Files that were given belong to the caller."""

    def __init__(
        self,
        intake: Intake,
        asked: int,
        on_partial: Callable[[PartialPicture], None],
        on_picture: Callable[[ReceivedPicture], None],
    ) -> None:
        self.pictures: list[ReceivedPicture] = []
        self._intake = intake
        self._asked = asked
        self._on_partial = on_partial
        self._on_picture = on_picture
        self.has_begun = False

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for was given."""
        return len(self.pictures) >= self._asked

    @property
    def missing(self) -> int:
        """How many pictures may still be given."""
        return self._asked - len(self.pictures)

    def give_partial(self, path: Path, step: int, index: int | None = None) -> None:
        """Give a preview of the picture `index`, counted from 0; of the one that comes next when it is not said."""
        self.has_begun = True
        if index is None or index >= self._asked:
            index = len(self.pictures)
        self._intake.keep(path)
        self._on_partial(PartialPicture(index, step, path))

    def give(self, path: Path, revised_prompt: str) -> None:
        """Give a final picture, unless all that were asked for came already."""
        if self.is_complete:
            return
        self.has_begun = True
        picture = ReceivedPicture(len(self.pictures), path, revised_prompt)
        self._intake.keep(path)
        self.pictures.append(picture)
        self._on_picture(picture)
