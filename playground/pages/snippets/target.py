"""What a program is written for: the request, and where it goes."""

from dataclasses import dataclass
from typing import Any, Final

from playground.imageapi.messages import ImageRequest, Source
from playground.imageapi.options import FILE_ENDINGS, OUTPUT_FORMATS

# What stands for the key; programs never hold a real one.
KEY: Final = "cr_YOUR_QCODE_API_KEY"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along: in which field, under which name, and what it is called in the current folder."""

    field: str
    name: str
    media_type: str
    local: str


@dataclass(frozen=True, slots=True)
class Target:
    """A request to the API at `base_url`, which ends in `/v1`."""

    request: ImageRequest
    base_url: str

    @property
    def url(self) -> str:
        """The address of the endpoint."""
        return f"{self.base_url}/images/{self.request.endpoint}"

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are sent, files apart; the model first, as people write it."""
        sent = self.request.parameters()
        return {"model": sent.pop("model"), **sent}

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return self.request.n or 1

    @property
    def streams(self) -> bool:
        """Whether the answer comes as events."""
        return bool(self.request.stream)

    @property
    def media_type(self) -> str:
        """The type of the pictures that come."""
        return f"image/{self.request.output_format or OUTPUT_FORMATS[0]}"

    @property
    def images(self) -> list[File]:
        """The pictures of an edit, in order."""
        return [File("image", one.name, one.media_type, one.name) for one in self.request.images]

    @property
    def mask(self) -> File | None:
        """The mask of an edit."""
        mask: Source | None = self.request.mask
        if mask is None:
            return None
        local, taken = mask.name, {one.name for one in self.request.images}
        while local in taken:
            local = f"the-{local}"
        return File("mask", mask.name, mask.media_type, local)

    @property
    def files(self) -> list[File]:
        """Pictures, then the mask: the order of the request."""
        return [*self.images, *([self.mask] if self.mask else [])]

    @property
    def outputs(self) -> list[str]:
        """The files that the program writes, one a picture."""
        ending = FILE_ENDINGS[self.request.output_format or OUTPUT_FORMATS[0]]
        if self.count == 1:
            return [f"output.{ending}"]
        return [f"output-{number}.{ending}" for number in range(1, self.count + 1)]


def as_text(value: object) -> str:
    """A field's value as it stands in a form."""
    return str(value).lower() if isinstance(value, bool) else str(value)
