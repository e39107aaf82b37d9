"""The protocol of renderers: backends that make pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.gateway.client_connection import ClientConnection
from playground.imageapi.schemas import ImageRequest


@dataclass(frozen=True, slots=True)
class RenderingOptions:
    """The options of a rendered picture; none is `auto`."""

    size: str
    quality: str
    background: str
    output_format: str


@dataclass(frozen=True, slots=True)
class RenderedPreview:
    """A preview, in a file. `index` counts pictures, `step` the previews of one picture, both from 0."""

    index: int
    step: int
    path: Path
    options: RenderingOptions


@dataclass(frozen=True, slots=True)
class RenderedPicture:
    """A finished picture, in a file of the requested format. `index` counts from 0."""

    index: int
    path: Path
    options: RenderingOptions
    revised_prompt: str = ""


class Rendering(Protocol):
    """Work in progress: previews and pictures, each picture once, in order.

    Iterating raises ApiError when the work fails, and ClientDisconnected.
    """

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture]: ...

    def close(self) -> None:
        """Cancel open work, and return when all work is over: the key's slot is freed next.

        It can be called more than once.
        """
        ...


class Renderer(Protocol):
    """A backend that makes pictures."""

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> Rendering:
        """Start the work, or raise ApiError. Every field of `request` that has a default is set.

        Pictures are written to `folder`, which is removed after the answer, when the rendering is closed. Only the
        headers of an edit's files were checked; the files stay as long as the folder.
        """
        ...
