"""The sample programs of the reference: each in every language of the code panel, for the chosen API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from playground.imageapi.catalog import DEFAULT_MODEL, MEDIA_TYPES, SDK_TIMEOUT_SECONDS, Endpoint
from playground.imageapi.errors import API_ERRORS
from playground.imageapi.providers import BUILTIN, PROFILES, ImageApi, Profile
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.pages import addresses
from playground.pages.presenters import apis
from playground.pages.snippets.highlight import highlight
from playground.pages.snippets.panel import PROGRAMS
from playground.pages.snippets.request import KEY, SnippetRequest, json_text

LANGUAGES: Final = {
    "curl": "curl",
    "python": "Python",
    "python-requests": "Python requests",
    "javascript": "JavaScript",
    "node": "Node",
}
DEFAULT_LANGUAGE: Final = "python"
_OPENAI_KEY: Final = "sk-YOUR_OPENAI_API_KEY"
# Codes that tell when to come back; the same request may succeed then, and nothing was made or charged.
RETRYABLE_CODES: Final = tuple(row.code for row in API_ERRORS if row.retry_after is not None)
_OPENAI_RETRYABLE_CODES: Final = ("rate_limit_exceeded",)

Need = Literal["", "stream", "response_format", "json_edit", "builtin"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sample. `prompt` empty: it makes no picture. `needs` is what not every API offers.

    `has_template`: its programs are in templates/reference/programs; others are written like those of the panel.
    """

    title: Promise
    endpoint: Endpoint = "generations"
    prompt: Promise | str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    needs: Need = ""
    has_template: bool = False
    is_runnable: bool = False


_STREET: Final = _("A cyberpunk Tokyo street at night, neon reflecting in rain puddles")
_CROWN: Final = _("Put a tiny golden crown on the cat's head. Keep everything else unchanged.")
_VASE: Final = _("A small ceramic vase with sunflower, photorealistic")
_SMALL: Final = {"size": "1024x1024", "quality": "low"}
KINDS: Final[dict[str, Kind]] = {
    "generate": Kind(_("Generate an image"), prompt=_STREET, fields={**_SMALL, "n": 1}, is_runnable=True),
    "several": Kind(
        _("Several images, in another size and format"),
        prompt=_VASE,
        fields={"size": "1536x1024", "quality": "low", "n": 2, "output_format": "webp", "output_compression": 80},
        is_runnable=True,
    ),
    "edit": Kind(
        _("Edit with a mask"),
        "edits",
        _CROWN,
        {"size": "1024x1024", "quality": "high", "n": 1, "input_fidelity": "high"},
        files=("cat.png", "mask.png"),
        is_runnable=True,
    ),
    "compose": Kind(
        _("Combine several images"),
        "edits",
        _("Place the product naturally into the scene, match the lighting and shadows."),
        {"size": "1536x1024", "quality": "high", "n": 1, "input_fidelity": "high"},
        files=("scene.png", "product.png"),
        is_runnable=True,
    ),
    "json_edit": Kind(
        _("Send images as JSON"), "edits", _CROWN, files=("cat.png",), needs="json_edit", has_template=True
    ),
    "url": Kind(
        _("Get a link instead of base64"),
        prompt=_("A serene Japanese garden with a koi pond"),
        fields={**_SMALL, "response_format": "url"},
        needs="response_format",
        has_template=True,
        is_runnable=True,
    ),
    "stream": Kind(_("Stream previews"), prompt=_STREET, fields=_SMALL, needs="stream", has_template=True),
    "quote": Kind(_("Get a quote"), prompt=_STREET, needs="builtin", has_template=True),
    "job": Kind(_("Generate as a job"), prompt=_STREET, fields=_SMALL, needs="builtin", has_template=True),
    "models": Kind(_("List models"), has_template=True),
    "usage": Kind(_("Get usage"), needs="builtin", has_template=True),
    "errors": Kind(_("Handle errors and retry"), prompt=_STREET, fields=_SMALL, has_template=True),
}


@dataclass(frozen=True, slots=True)
class SampleProgram:
    """A sample in one language. `html` is the highlighted `text`."""

    language: str
    label: str
    text: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample in all languages. `other_api` is the API that it calls where the chosen one does not offer it."""

    name: str
    title: str
    programs: list[SampleProgram]
    is_runnable: bool
    has_files: bool
    other_api: str


def placeholder_key(profile: Profile) -> str:
    """Return what stands in place of the key in samples for APIs of this profile."""
    return _OPENAI_KEY if profile.name == "openai" else KEY


def samples(request: HttpRequest, api: ImageApi) -> dict[str, Sample]:
    """Return all samples by name, for `api`."""
    return {name: sample(request, api, name) for name in KINDS}


def sample(request: HttpRequest, api: ImageApi, name: str) -> Sample:
    """Return the sample `name`. Raises KeyError for an unknown name."""
    kind, called = KINDS[name], api
    if not is_offered(kind, api.profile):
        called = settings.IMAGE_APIS.get(BUILTIN) or builtin_api()
    base_url = addresses.api_base_url(request, called)
    programs = [
        _program(name, language, base_url, called.profile.name, called.behind_cdn, get_language() or "")
        for language in LANGUAGES
    ]
    other_api = "" if called is api else apis.api_label(BUILTIN)
    return Sample(name, str(kind.title), programs, kind.is_runnable, bool(kind.files), other_api)


def is_offered(kind: Kind, profile: Profile) -> bool:
    """Say whether APIs of this profile offer what a sample is about."""
    match kind.needs:
        case "stream":
            return profile.streams
        case "response_format":
            return profile.priced_by_table
        case "json_edit":
            return profile.name != "qcode"
        case "builtin":
            return profile.name == BUILTIN
    return True


def builtin_api() -> ImageApi:
    """Return the API of this server, listed or not."""
    listed = settings.IMAGE_APIS.get(BUILTIN)
    return listed or ImageApi(BUILTIN, PROFILES[BUILTIN], f"{settings.BUILTIN_URL.rstrip('/')}/v1")


def sample_request(kind: Kind, profile: Profile, *, behind_cdn: bool = False) -> ImageRequest:
    """Return the request of a sample without the fields that `profile` lacks, and quick enough for a CDN."""
    images = [SourceImage(Path(), name, MEDIA_TYPES["png"], 0) for name in kind.files]
    mask = images.pop() if "mask.png" in kind.files else None
    optional = PROFILES[BUILTIN].fields
    fields = {name: value for name, value in kind.fields.items() if name in profile.fields or name not in optional}
    # Higher qualities often outlast the 100 s of the CDN.
    if behind_cdn:
        fields["quality"] = "low"
    return ImageRequest(kind.endpoint, str(kind.prompt), **fields, images=tuple(images), mask=mask)


def program_text(name: str, language: str, base_url: str, profile: Profile, *, behind_cdn: bool = False) -> str:
    """Return the sample `name` as a program."""
    kind, key = KINDS[name], placeholder_key(profile)
    if not kind.has_template:
        request = sample_request(kind, profile, behind_cdn=behind_cdn)
        return PROGRAMS[language](SnippetRequest(request, base_url)).replace(KEY, key)
    codes = _OPENAI_RETRYABLE_CODES if profile.name == "openai" else RETRYABLE_CODES
    context = {
        "base_url": base_url,
        "key": key,
        "model": DEFAULT_MODEL,
        "timeout": SDK_TIMEOUT_SECONDS,
        # JSON's strings are strings of Python and JavaScript, too.
        "prompt": Markup(json_text(str(kind.prompt))),  # noqa: S704 (a text of this project, in a program)
        "codes": codes,
        "pattern": "|".join(codes),
    }
    return render_to_string(f"reference/programs/{name}/{language}.txt", context)


# Five APIs in two languages. Prompts and comments are translated, so `_translated_to` is part of the key.
@lru_cache(maxsize=len(KINDS) * len(LANGUAGES) * 10)
def _program(
    name: str, language: str, base_url: str, profile: str, behind_cdn: bool, _translated_to: str
) -> SampleProgram:
    text = program_text(name, language, base_url, PROFILES[profile], behind_cdn=behind_cdn)
    return SampleProgram(language, LANGUAGES[language], text, highlight(text, language))
