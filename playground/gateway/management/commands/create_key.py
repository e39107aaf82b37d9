"""`manage.py create_key`: issue an API key of the built-in image API. It is shown once."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.core.management.base import CommandError

from playground.core.start_checks import DataCommand
from playground.gateway import authentication
from playground.gateway.models import PREFIX_LENGTH, ApiKey
from playground.gateway.services import webhooks
from playground.imageapi.catalog import DAILY_IMAGES, DEFAULT_CONCURRENCY
from playground.imageapi.pricing import BEIJING, MICRO, end_of_beijing_day, format_dollars

# Well within a column of 63 bits.
_MAX_USD: Final = 1_000_000_000
_MAX: Final = 1_000_000


class Command(DataCommand):
    """Issue an API key of the built-in image API. The last line of the output is the key."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add name, end and limits."""
        parser.add_argument("--name", default="", help="who or what the key is for")
        parser.add_argument("--daily-images", type=int, default=DAILY_IMAGES, help="images per day (Beijing time)")
        parser.add_argument("--concurrency", type=int, default=DEFAULT_CONCURRENCY, help="concurrent requests")
        parser.add_argument("--daily-usd", default="", help="budget per day (Beijing time), in US dollars")
        parser.add_argument("--total-usd", default="", help="total budget, in US dollars")
        parser.add_argument(
            "--expires", default="", help="2026-12-31 (until the end of that day in Beijing), or an ISO 8601 time"
        )

        parser.add_argument(
            "--webhook-secret",
            action="store_true",
            help="allow the key's jobs to call webhooks, and print their secret",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the key and print its limits."""
        key = authentication.create_key()
        secret = webhooks.create_secret() if options["webhook_secret"] else ""
        api_key = ApiKey.objects.create(
            hash=authentication.hash_key(key),
            prefix=key[:PREFIX_LENGTH],
            name=options["name"][:100],
            daily_images=_check_count("--daily-images", options["daily_images"]),
            concurrency=_check_count("--concurrency", options["concurrency"]),
            daily_micro_usd=_micro_usd_from_text("--daily-usd", options["daily_usd"]),
            total_micro_usd=_micro_usd_from_text("--total-usd", options["total_usd"]),
            expires_at=_time_from_text(options["expires"]),
            webhook_secret=webhooks.seal_secret(secret) if secret else "",
        )
        if secret:
            self.stdout.write("Copy the webhook secret now. It is shown only once:")
            self.stdout.write(secret)
        self.stdout.write(f"{_limits_sentence(api_key)} Copy the key now. It is shown only once:")
        self.stdout.write(key)


def _limits_sentence(api_key: ApiKey) -> str:
    limits = [f"{api_key.daily_images} images per day, {api_key.concurrency} concurrent requests"]
    if api_key.daily_micro_usd is not None:
        limits.append(f"{format_dollars(api_key.daily_micro_usd)} per day")
    if api_key.total_micro_usd is not None:
        limits.append(f"{format_dollars(api_key.total_micro_usd)} in total")
    if api_key.expires_at is not None:
        limits.append(f"valid until {api_key.expires_at.astimezone(BEIJING):%Y-%m-%d %H:%M} Beijing time")
    return f"{', '.join(limits)}."


def _check_count(option: str, value: int) -> int:
    if not 0 <= value <= _MAX:
        raise CommandError(f"{option} must be between 0 and {_MAX}.")
    return value


def _micro_usd_from_text(option: str, text: str) -> int | None:
    if not text:
        return None
    try:
        micro = Decimal(text) * MICRO
    except InvalidOperation:
        micro = Decimal("NaN")
    if not micro.is_finite() or not 0 <= micro <= _MAX_USD * MICRO or micro != micro.to_integral_value():
        raise CommandError(f"{option} must be an amount in US dollars, such as 12.50, with at most six decimals.")
    return int(micro)


def _time_from_text(text: str) -> datetime | None:
    """Parse --expires: a date ends at its midnight in Beijing; a time without a zone is Beijing's."""
    if not text:
        return None
    try:
        if len(text) == len("2026-12-31"):
            return end_of_beijing_day(date.fromisoformat(text)).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = "--expires must be a date such as 2026-12-31, or a time such as 2026-12-31T18:00."
        raise CommandError(message) from error
