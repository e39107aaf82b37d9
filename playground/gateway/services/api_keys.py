"""Issue and rotate API keys. A key and a webhook secret are returned once; the database has their hash or seal."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction

from playground.core.csv import csv_blocks
from playground.gateway import authentication
from playground.gateway.models import PREFIX_LENGTH, ApiKey
from playground.gateway.services import webhooks
from playground.imageapi.catalog import DAILY_IMAGES, DEFAULT_CONCURRENCY
from playground.imageapi.pricing import BEIJING, MICRO, end_of_beijing_day

# Well within a column of 63 bits.
MAX_USD: Final = 1_000_000_000
MAX_COUNT: Final = 1_000_000
MAX_NAME: Final = 100
# Columns of a file of keys; all but the first may be missing.
FILE_COLUMNS: Final = (
    *("name", "daily_images", "concurrency", "daily_usd", "total_usd", "expires", "webhook_secret"),
)
MAX_FILE_KEYS: Final = 1_000
_ANSWERS: Final = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}


class KeyValueError(ValueError):
    """A limit of a key is not usable; the text is a sentence for the operator."""


class KeyFileError(ValueError):
    """A file of keys is not usable. `problems` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class NewKey:
    """The limits of a key that is to be made. Money is in micro-dollars; None is no limit."""

    name: str = ""
    daily_images: int = DAILY_IMAGES
    concurrency: int = DEFAULT_CONCURRENCY
    daily_micro_usd: int | None = None
    total_micro_usd: int | None = None
    expires_at: datetime | None = None
    has_webhook_secret: bool = False


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key that was just made; `key` and `webhook_secret` are shown once."""

    api_key: ApiKey
    key: str
    webhook_secret: str = ""


def read_new_key(values: Mapping[str, str], label: Callable[[str], str]) -> NewKey:
    """Read texts by the names of FILE_COLUMNS. Raise KeyValueError, in which `label` names the value."""
    answer = values.get("webhook_secret", "").strip().lower()
    if answer not in _ANSWERS:
        raise KeyValueError(f"{label('webhook_secret')} must be yes or no.")
    name = values.get("name", "").strip()
    if len(name) > MAX_NAME:
        raise KeyValueError(f"{label('name')} must have at most {MAX_NAME} characters.")
    return NewKey(
        name=name,
        daily_images=_count(label("daily_images"), values.get("daily_images", ""), DAILY_IMAGES),
        concurrency=_count(label("concurrency"), values.get("concurrency", ""), DEFAULT_CONCURRENCY),
        daily_micro_usd=_micro_usd(label("daily_usd"), values.get("daily_usd", "")),
        total_micro_usd=_micro_usd(label("total_usd"), values.get("total_usd", "")),
        expires_at=_time(label("expires"), values.get("expires", "")),
        has_webhook_secret=_ANSWERS[answer],
    )


def read_key_file(text: str) -> list[NewKey]:
    """Read a table with a head of FILE_COLUMNS, separated by commas, semicolons or tabs. Raise KeyFileError."""
    lines = text.removeprefix("\ufeff").splitlines()
    head = next((line for line in lines if line.strip()), "")
    separator = max(",;\t", key=head.count)
    table = csv.DictReader(lines, delimiter=separator, restkey="")
    columns = [name.strip().lower() for name in table.fieldnames or ()]
    unknown = [name for name in columns if name not in FILE_COLUMNS]
    if "name" not in columns or unknown:
        problem = f"Unknown columns: {', '.join(unknown)}." if unknown else "There is no column 'name'."
        raise KeyFileError([f"{problem} The first line names the columns: {', '.join(FILE_COLUMNS)}."])
    table.fieldnames = columns
    new_keys, problems = [], []
    for row in table:
        values = {name: (row.get(name) or "").strip() for name in columns}
        if not any(values.values()):
            continue
        line = table.line_num
        try:
            if row.get(""):
                raise KeyValueError(f"Line {line} has more values than there are columns.")
            if not values["name"]:
                raise KeyValueError(f"Line {line}, name is empty.")
            new_keys.append(read_new_key(values, lambda name, line=line: f"Line {line}, {name}"))  # type: ignore[misc]
        except KeyValueError as error:
            problems.append(str(error))
    if not new_keys and not problems:
        problems.append("There are no keys in the file.")
    if len(new_keys) > MAX_FILE_KEYS:
        problems.append(f"There are {len(new_keys)} keys; a file may have {MAX_FILE_KEYS}.")
    if problems:
        raise KeyFileError(problems)
    return new_keys


def issue_key(new_key: NewKey) -> IssuedKey:
    """Make a key."""
    key = authentication.create_key()
    secret = webhooks.create_secret() if new_key.has_webhook_secret else ""
    with transaction.atomic():
        api_key = ApiKey.objects.create(
            hash=authentication.hash_key(key),
            prefix=key[:PREFIX_LENGTH],
            name=new_key.name,
            daily_images=new_key.daily_images,
            concurrency=new_key.concurrency,
            daily_micro_usd=new_key.daily_micro_usd,
            total_micro_usd=new_key.total_micro_usd,
            expires_at=new_key.expires_at,
            webhook_secret=webhooks.seal_secret(secret) if secret else "",
        )
    return IssuedKey(api_key, key, secret)


def issue_keys(new_keys: Iterable[NewKey]) -> list[IssuedKey]:
    """Make all keys or none."""
    with transaction.atomic():
        return [issue_key(new_key) for new_key in new_keys]


def keys_table(issued: Iterable[IssuedKey]) -> str:
    """Return names, keys and webhook secrets as CSV."""
    rows: Iterator[dict[str, Any]] = (
        {"name": one.api_key.name, "key": one.key, "webhook_secret": one.webhook_secret} for one in issued
    )
    return "".join(csv_blocks(("name", "key", "webhook_secret"), rows))


def rotate_key(api_key: ApiKey) -> IssuedKey:
    """Replace the key of a row, which keeps its limits and its usage; the old one stops working at once."""
    key = authentication.create_key()
    api_key.hash, api_key.prefix = authentication.hash_key(key), key[:PREFIX_LENGTH]
    with transaction.atomic():
        # Never all columns: requests change the counters meanwhile.
        api_key.save(update_fields=["hash", "prefix"])
    return IssuedKey(api_key, key)


def renew_webhook_secret(api_key: ApiKey) -> str:
    """Give the key a new webhook secret and return it; the old one signs nothing any more."""
    secret = webhooks.create_secret()
    api_key.webhook_secret = webhooks.seal_secret(secret)
    with transaction.atomic():
        api_key.save(update_fields=["webhook_secret"])
    return secret


def _count(label: str, text: str, default: int) -> int:
    if not text.strip():
        return default
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value <= MAX_COUNT:
        raise KeyValueError(f"{label} must be between 0 and {MAX_COUNT}.")
    return value


def _micro_usd(label: str, text: str) -> int | None:
    if not text.strip():
        return None
    try:
        micro = Decimal(text.strip().removeprefix("$")) * MICRO
    except InvalidOperation:
        micro = Decimal("NaN")
    if not micro.is_finite() or not 0 <= micro <= MAX_USD * MICRO or micro != micro.to_integral_value():
        raise KeyValueError(f"{label} must be an amount in US dollars, such as 12.50, with at most six decimals.")
    return int(micro)


def _time(label: str, text: str) -> datetime | None:
    """Parse an end: a date ends at its midnight in Beijing; a time without a zone is Beijing's."""
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) == len("2026-12-31"):
            return end_of_beijing_day(date.fromisoformat(text)).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{label} must be a date such as 2026-12-31, or a time such as 2026-12-31T18:00."
        raise KeyValueError(message) from error
