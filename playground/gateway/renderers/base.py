"""Who makes the pictures: one package a backend, all behind the same protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.gateway.client_connection import ClientConnection
from playground.imageapi.schemas import ImageRequest


@dataclass(frozen=True, slots=True)
class RenderingOptions:
    """What a picture was rendered as; nothing is `auto` any more."""

    size: str
    quality: str
    background: str
    output_format: str


@dataclass(frozen=True, slots=True)
class RenderedPreview:
    """An unfinished picture, in a file. `index` is which picture, `step` which preview of it, both from 0."""

    index: int
    step: int
    path: Path
    options: RenderingOptions


@dataclass(frozen=True, slots=True)
class RenderedPicture:
    """A finished picture, in a file of the format that was asked for. `index` counts from 0."""

    index: int
    path: Path
    options: RenderingOptions
    revised_prompt: str = ""


class Rendering(Protocol):
    """Work in progress: previews and pictures as they come, each picture once, in order.

    Iterating raises ApiError when the work fails, and CallerLeft when nobody waits for it.
    """

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture]:
        """Previews and pictures as they come."""
        ...

    def close(self) -> None:
        """Give up what is not done yet, and return when the work is really over: the key's slot is free then.

        May be called more than once.
        """
        ...


class Renderer(Protocol):
    """A backend that makes pictures."""

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> Rendering:
        """Take on the work, or raise ApiError at once. Every field of `request` that has a default is set.

        The pictures go to `folder`, which is removed when the answer is out, after the rendering was closed. The
        files of an edit were told by their heads only; they stay as long.
        """
        ...
