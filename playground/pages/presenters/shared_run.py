"""A shared run for its read-only page: what anyone who has the address may see, and nothing that leads further."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from playground.imageapi import pricing
from playground.pages.file_responses import is_drawn_here
from playground.pages.presenters.pictures import picture_view, prompt_label
from playground.pages.presenters.run_card import Fact, run_facts, share_expiry_label
from playground.runs.models import Picture, Run
from playground.runs.services.sharing import shared_pictures


@dataclass(frozen=True, slots=True)
class SharedVersion:
    """A picture as the API delivered it, or its locked version: `name` is `returned` or `locked`."""

    name: str
    label: str
    url: str
    width: int
    height: int
    facts_label: str
    alt: str


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A picture with its versions, the one that is shown first first."""

    number: int
    versions: list[SharedVersion]
    has_alpha: bool


@dataclass(frozen=True, slots=True)
class SharedRun:
    """`source_url` and `mask_url` are empty unless the owner shows them."""

    title: str
    prompt_label: str
    pictures: list[SharedPicture]
    facts: list[Fact]
    price_label: str
    created_at: datetime
    expiry_label: str
    source_url: str
    source_width: int
    source_height: int
    mask_url: str
    is_drawn_here: bool

    @property
    def compared_count(self) -> int:
        """The number of images that can be compared: the source and each version."""
        return 1 + sum(len(picture.versions) for picture in self.pictures)


def shared_run(run: Run) -> SharedRun:
    """Return the run at the address of its token."""
    pictures = shared_pictures(run)
    source = run.sources[0] if run.shares_source and run.sources and run.sources[0].get("file") else None
    # Nothing about the account of the visitor: no key, no request ID, no details for support.
    return SharedRun(
        title=Truncator(prompt_label(run)).chars(40),
        prompt_label=prompt_label(run),
        pictures=[_shared_picture(picture, run) for picture in pictures],
        facts=run_facts(run, pictures, int(run.elapsed_seconds(timezone.now()))),
        price_label=pricing.format_dollars(run.price) if run.price is not None else "",
        created_at=run.created_at,
        expiry_label=share_expiry_label(run),
        source_url=reverse("shared_source", args=[run.share_token]) if source else "",
        source_width=source["width"] if source else 0,
        source_height=source["height"] if source else 0,
        mask_url=reverse("shared_mask", args=[run.share_token]) if source and run.mask else "",
        is_drawn_here=is_drawn_here(run),
    )


def _shared_picture(picture: Picture, run: Run) -> SharedPicture:
    view = picture_view(picture, run)
    names = {"number": picture.number}
    label = _("Image %(number)s as returned") if view.locked else _("Image %(number)s")
    returned = SharedVersion(
        name="returned",
        label=label % names,
        url=reverse("shared_picture", args=[run.share_token, picture.number]),
        width=view.width,
        height=view.height,
        facts_label=view.facts_label,
        alt=view.alt,
    )
    if view.locked is None:
        return SharedPicture(picture.number, [returned], picture.has_alpha)
    locked = SharedVersion(
        name="locked",
        label=_("Image %(number)s locked") % names,
        url=reverse("shared_locked", args=[run.share_token, picture.number]),
        width=view.locked.width,
        height=view.locked.height,
        facts_label=view.locked.facts_label,
        alt=view.locked.alt,
    )
    return SharedPicture(picture.number, [locked, returned], picture.has_alpha)
