"""The changelog of the API: what a program that calls it notices."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Change:
    """A release of the API or of the model; `version` is empty for the model and the provider."""

    day: date
    version: str
    texts: tuple[Promise, ...]


# CHANGELOG.md also has what visitors and operators notice, and is not translated.
CHANGES: Final = (
    Change(
        date(2026, 11, 30),
        settings.VERSION,
        (
            _("A repeated Idempotency-Key whose first response is no longer stored returns 409 idempotency_expired."),
            _(
                "File fields named image, image[], image[0], mask and mask[] are accepted; other file fields return "
                "400."
            ),
            _("safety_identifier is accepted and returned; gpt-image-2's dated name is accepted as its model."),
            _("Edits can be sent as JSON, with images as data URLs or public https URLs."),
            _("dry_run=true returns a quote: what a request would cost and how long it usually takes."),
            _("Prefer: respond-async turns a request into a job; webhook_url receives a POST when the job ends."),
            _("Streams send a comment at least every 10 seconds while no event is ready."),
            _("The x-ratelimit headers say how many images the key has left today."),
            _("499 client_gone and a CDN's 524 are documented like every other code."),
        ),
    ),
    Change(
        date(2026, 11, 21),
        settings.VERSION,
        (
            _("First version of the built-in API: generations, edits, streaming, models, usage and OpenAPI."),
            _("X-Rehearse returns any documented error to demo keys."),
        ),
    ),
    Change(date(2026, 5, 1), "", (_("QCode adds image edits: 1 to 8 source images and an optional mask."),)),
    Change(date(2026, 4, 21), "", (_("OpenAI releases gpt-image-2; QCode offers image generation."),)),
)
