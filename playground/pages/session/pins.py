"""What a visitor pinned for later runs: a palette in the session, and a style image in a draft of its own."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from playground.pages.forms.prompt_templates import find_palette
from playground.pages.forms.role_prompt import palette_sentence
from playground.pages.session import edit_page
from playground.pages.session.visitor import PageRequest
from playground.runs import drafts
from playground.runs.models import Source
from playground.runs.selectors import PictureVersion

_PALETTE_ENTRY: Final = "pinned_palette"


def pin_palette(request: PageRequest, swatch: str, colours: Sequence[str]) -> None:
    """Pin a swatch by its name, or else these colours, in place of the pinned palette."""
    request.session[_PALETTE_ENTRY] = {"swatch": swatch, "colours": list(colours)}
    edit_page.forget_palette(request)


def unpin_palette(request: PageRequest) -> None:
    request.session.pop(_PALETTE_ENTRY, None)
    edit_page.forget_palette(request)


def unpin(request: PageRequest, pin: str) -> None:
    """Unpin the style image when `pin` is "style", else the palette."""
    if pin == "style":
        unpin_style(request.visitor.ensure_id())
    else:
        unpin_palette(request)


def pinned_palette(request: PageRequest) -> tuple[str, list[str]] | None:
    """Return the name of the pinned swatch, empty for own colours, and the colours; None without a palette."""
    entry = request.session.get(_PALETTE_ENTRY)
    if not entry:
        return None
    palette = find_palette(entry["swatch"])
    return (palette.name, list(palette.colours)) if palette else ("", list(entry["colours"]))


def pinned_palette_sentence(request: PageRequest) -> str:
    """Return what is sent before a prompt, in the language of the page; empty without a palette."""
    pinned = pinned_palette(request)
    if pinned is None:
        return ""
    palette = find_palette(pinned[0])
    return palette_sentence(pinned[1], str(palette.label) if palette else "")


def pinned_style(visitor: str) -> Source | None:
    """Return the pinned style image."""
    return next(iter(drafts.list_sources(drafts.style_owner(visitor))), None) if visitor else None


def pin_style_source(visitor: str, source: Source) -> None:
    """Pin an image of the edit page, and give it the role. Raises SourceRejected."""
    unpin_style(visitor)
    drafts.set_role(source, _("style"))
    _copy_source(source, drafts.style_owner(visitor))


def pin_style_version(visitor: str, version: PictureVersion) -> None:
    """Pin a version of a result. Raises SourceRejected."""
    owner = drafts.style_owner(visitor)
    pinned = drafts.draft_from_picture(owner, version.picture, locked=version.is_locked, beside=True)
    # It lends its style only: the images made with it are no versions of it.
    pinned.parent = ""
    pinned.save(update_fields=["parent"])
    replace_style(visitor, pinned)


def replace_style(visitor: str, pinned: Source) -> None:
    """Give a new style image its role, and remove the one before."""
    drafts.set_role(pinned, _("style"))
    for other in drafts.list_sources(drafts.style_owner(visitor)):
        if other.pk != pinned.pk:
            drafts.remove_source(other)


def unpin_style(visitor: str) -> None:
    """Unpin the style image; a copy on the edit page stays."""
    drafts.clear_draft(drafts.style_owner(visitor))


def attach_style(visitor: str) -> None:
    """Keep the pinned style image the last one of the edit page, which has others. Raises SourceRejected."""
    pinned, present = pinned_style(visitor), drafts.list_sources(visitor)
    if pinned is None or not present:
        return
    styles = [source for source in present if is_pinned(source, pinned)]
    if styles == present:
        # Alone it would be the image that is edited.
        drafts.clear_draft(visitor)
    elif styles:
        others = [source.pk for source in present if source not in styles]
        drafts.reorder_sources(visitor, [*others, *(source.pk for source in styles)])
    # A visitor may also edit the same image.
    elif all(source.digest != pinned.digest for source in present):
        _copy_source(pinned, visitor)


def is_pinned(source: Source, pinned: Source | None) -> bool:
    """Tell whether an image of the edit page is there as the pinned style image."""
    return pinned is not None and (source.digest, source.role) == (pinned.digest, pinned.role)


def _copy_source(source: Source, owner: str) -> Source:
    facts = {
        "media_type": source.media_type,
        "width": source.width,
        "height": source.height,
        "size": source.size,
        "has_alpha": source.has_alpha,
        "digest": source.digest,
        "name": source.name,
        "role": source.role,
    }
    thumbnail = drafts.source_thumbnail_path(source) if source.thumbnail else None
    return drafts.add_sent_source(owner, drafts.source_path(source), thumbnail, facts)
