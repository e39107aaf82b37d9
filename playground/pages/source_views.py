"""The pictures of an edit as pages show them: those that wait in the draft, and those that a run was made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from playground.imageapi.options import FILE_ENDINGS, MEDIA_TYPES
from playground.runs.models import Picture, Run, Source


@dataclass(frozen=True, slots=True)
class SourceView:
    """A picture that goes into an edit; `number` is its place, from 1, and the first one takes the mask."""

    id: str
    number: int
    name: str
    role: str
    url: str
    thumbnail_url: str
    width: int
    height: int
    size: int
    size_label: str
    change_url: str = ""
    is_last: bool = False

    @property
    def is_first(self) -> bool:
        """Whether the mask belongs to it."""
        return self.number == 1


def drafted(sources: Sequence[Source]) -> list[SourceView]:
    """The pictures of the draft, in order."""
    return [
        SourceView(
            id=one.pk,
            number=number,
            name=one.name,
            role=one.role,
            url=reverse("source_file", args=[one.pk]),
            thumbnail_url=reverse("source_thumbnail", args=[one.pk]),
            width=one.width,
            height=one.height,
            size=one.size,
            size_label=filesizeformat(one.size),
            change_url=reverse("source", args=[one.pk]),
            is_last=number == len(sources),
        )
        for number, one in enumerate(sources, start=1)
    ]


def sent(run: Run) -> list[SourceView]:
    """The pictures that went into the run, as they were sent; none when they are not kept any more."""
    return [
        SourceView(
            id=f"{run.pk}-{number}",
            number=number,
            name=facts["name"],
            role=facts.get("role", ""),
            url=reverse("run_source", args=[run.pk, number]),
            thumbnail_url=reverse("run_source_thumbnail", args=[run.pk, number]),
            width=facts["width"],
            height=facts["height"],
            size=facts["size"],
            size_label=filesizeformat(facts["size"]),
            is_last=number == len(run.sources),
        )
        for number, facts in enumerate(run.sources, start=1)
        if facts.get("file")
    ]


def result(picture: Picture) -> SourceView:
    """A picture that a run made, as the one picture of an edit."""
    place = [picture.run_id, picture.number]
    return SourceView(
        id=f"{picture.run_id}-{picture.number}",
        number=1,
        name=f"picture-{picture.run_id[:6]}-{picture.number}.{FILE_ENDINGS[picture.format]}",
        role="",
        url=reverse("picture", args=place),
        thumbnail_url=reverse("thumbnail", args=place),
        width=picture.width,
        height=picture.height,
        size=picture.size,
        size_label=filesizeformat(picture.size),
        is_last=True,
    )


def media_type_of(run: Run, number: int) -> str:
    """The true type of a picture that went into the run."""
    said = str(run.sources[number - 1]["media_type"])
    return said if said in MEDIA_TYPES.values() else "application/octet-stream"
