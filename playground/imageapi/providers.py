"""The profiles of image APIs, the APIs that an operator lists, and demo keys. A new kind of API is a row here."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from playground.imageapi.catalog import DEFAULT_MODEL, MAX_SOURCES, MODELS, QUALITIES, SIZE_NAMES
from playground.imageapi.errors import API_ERRORS
from playground.imageapi.pricing import is_official_size

BUILTIN: Final = "builtin"


@dataclass(frozen=True, slots=True)
class Profile:
    """The properties of all APIs of one kind. `usage_url` is a page for people.

    `calls_at_once`: this server makes at most so many calls with one key at a time; None means any number.
    `any_size`: every size that `is_official_size` accepts. `streams_many`: streams several pictures, too.
    `unsupported`: parameters of the built-in API that these do not document or refuse. `error_codes`: those that they
    answer with.
    """

    name: str
    account: str
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    sizes: tuple[str, ...] = SIZE_NAMES
    qualities: tuple[str, ...] = QUALITIES
    max_n: int = 4
    max_sources: int = MAX_SOURCES
    fields: tuple[str, ...] = (
        "background",
        "output_format",
        "output_compression",
        "input_fidelity",
        "safety_identifier",
        "user",
    )
    streams: bool = False
    streams_many: bool = True
    any_size: bool = False
    calls_at_once: int | None = None
    failures_free: bool = True
    priced_by_table: bool = True
    key_pattern: str = r"cr_[\x21-\x7e]{1,250}"
    key_hint: str = "cr_…"
    usage_url: str = ""
    unsupported: tuple[str, ...] = ()
    error_codes: tuple[str, ...] = tuple(row.code for row in API_ERRORS)

    def accepts_size(self, name: str) -> bool:
        """Say whether the size can be requested; `auto` is not a size."""
        return name in self.sizes or (self.any_size and is_official_size(name))

    def accepts_key(self, key: str) -> bool:
        """Say whether `key` has the form of a key of this kind."""
        return re.fullmatch(self.key_pattern, key) is not None


PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile
    for profile in (
        # QCode documents no limit of calls at once; 2 is careful. The codes are its error table, and that of its CDN.
        Profile(
            "qcode",
            "qcode",
            calls_at_once=2,
            fields=("background", "output_format", "output_compression", "input_fidelity", "user"),
            usage_url="https://api.qcode.cc/qcode-img/usage",
            unsupported=("moderation", "stream", "partial_images", "safety_identifier", "webhook_url"),
            error_codes=(
                "invalid_api_key",
                "key_expired",
                "image_too_large",
                "unsupported_size",
                "crs_daily_exhausted",
                "crs_total_exhausted",
                "image_daily_limit",
                "concurrency_exhausted",
                "service_overloaded",
                "image_provider_unavailable",
                "upstream_timeout",
            ),
        ),
        # Its calls at once are also what a new key of the built-in API may make (DEFAULT_CONCURRENCY of the gateway).
        Profile("builtin", "builtin", streams=True, calls_at_once=2),
        # gpt-image-2 refuses input_fidelity, and events for several pictures at once.
        Profile(
            "openai",
            "openai",
            max_n=10,
            max_sources=16,
            fields=("background", "output_format", "output_compression", "safety_identifier", "user"),
            streams=True,
            streams_many=False,
            any_size=True,
            failures_free=False,
            priced_by_table=False,
            key_pattern=r"[\x21-\x7e]{8,250}",
            key_hint="sk-…",
            usage_url="https://platform.openai.com/usage",
            unsupported=(*sorted(MODELS[DEFAULT_MODEL].refused), "webhook_url"),
            # Ours for the official ones: `playground/imageapi/client/error_phrases.py` translates them.
            error_codes=(
                "invalid_request",
                "moderation_blocked",
                "invalid_api_key",
                "permission_denied",
                "model_not_found",
                "image_too_large",
                "unsupported_size",
                "crs_total_exhausted",
                "concurrency_exhausted",
                "server_error",
                "service_overloaded",
                "upstream_timeout",
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ImageApi:
    """One listed API. `base_url` ends in `/v1`; `behind_cdn`: a CDN cuts calls off after CDN_LIMIT_SECONDS."""

    id: str
    profile: Profile
    base_url: str
    behind_cdn: bool = False
    is_direct_alternative: bool = False

    @property
    def is_builtin(self) -> bool:
        """True for the API of this server."""
        return self.profile.name == BUILTIN

    @property
    def host(self) -> str:
        """The host name, to be shown."""
        return urlsplit(self.base_url).hostname or ""


# QCode's documentation contradicts itself about which address is direct; its advice about latency names `asia`.
DEFAULT_IMAGE_APIS: Final = (
    "builtin,"
    "asia=https://asia.qcode.cc/qcode-img/v1,"
    "api=https://api.qcode.cc/qcode-img/v1,"
    "eu=https://eu.qcode.cc/qcode-img/v1,"
    "us=https://us.qcode.cc/qcode-img/v1"
)
# Not a field of IMAGE_APIS: operators list their own APIs, and only QCode's addresses are known to have a CDN.
_BEHIND_CDN: Final = ("api", "eu", "us")
_DIRECT: Final = ("asia",)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def parse_image_apis(text: str, builtin_url: str) -> Mapping[str, ImageApi]:
    """Parse the setting IMAGE_APIS (`id[:profile]=base_url,…`) to the APIs by id, in the order shown.

    Raises ValueError with a sentence for an unknown profile, a wrong or repeated id, or a wrong address.
    """
    apis: dict[str, ImageApi] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        api = _parse_entry(entry, builtin_url)
        if api.id in apis:
            raise ValueError(f"the API {api.id!r} is listed twice")
        apis[api.id] = api
    if not apis:
        raise ValueError("at least one API must be listed")
    return apis


def _parse_entry(entry: str, builtin_url: str) -> ImageApi:
    name, _, address = entry.partition("=")
    api_id, _, kind = name.strip().partition(":")
    if not _ID.fullmatch(api_id):
        raise ValueError(f"{api_id!r} isn't a valid ID: use lowercase letters, digits and hyphens")
    if api_id == BUILTIN and not address:
        return ImageApi(BUILTIN, PROFILES[BUILTIN], builtin_url.rstrip("/") + "/v1")
    profile = PROFILES.get(kind or "qcode")
    if profile is None:
        raise ValueError(f"{kind!r} isn't a profile; the profiles are {', '.join(PROFILES)}")
    if not address.strip():
        raise ValueError(f"{api_id!r} has no base URL: write {api_id}=https://…/v1")
    base_url = address.strip().rstrip("/")
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.endswith("/v1"):
        raise ValueError(f"{address!r} isn't a URL that ends in /v1")
    # A password in an address would reach logs and pages.
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"the base URL of {api_id!r} must not contain a user, query or fragment")
    return ImageApi(
        api_id,
        profile,
        base_url,
        behind_cdn=api_id in _BEHIND_CDN,
        is_direct_alternative=api_id in _DIRECT,
    )


PREFIX: Final = "cr_demo_"


def make_demo_key(secret: str) -> str:
    """Make a demo key: prefix, 96 random bits, and 128 bits of HMAC under `secret`."""
    # 96 bits cannot be guessed, and do not collide.
    random = secrets.token_hex(12)
    return f"{PREFIX}{random}{_signature(random, secret)}"


def is_demo_key(key: str, secret: str) -> bool:
    """Say whether `make_demo_key` made the key with the same `secret`."""
    random, signature = key[len(PREFIX) : len(PREFIX) + 24], key[len(PREFIX) + 24 :]
    if not key.startswith(PREFIX) or not key.isascii() or len(random) != 24:
        return False
    return hmac.compare_digest(signature, _signature(random, secret))


def _signature(random: str, secret: str) -> str:
    return hmac.new(f"demo key {secret}".encode(), random.encode(), hashlib.sha256).hexdigest()[:32]
