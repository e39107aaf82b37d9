"""`manage.py create_key`: issue an API key of the built-in image API. It is shown once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from playground.core.start_checks import DataCommand
from playground.gateway.models import ApiKey
from playground.gateway.services import api_keys
from playground.imageapi.catalog import DAILY_IMAGES, DEFAULT_CONCURRENCY
from playground.imageapi.pricing import BEIJING, format_dollars


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
        values = {name: str(options.get(name, "")) for name in api_keys.FILE_COLUMNS}
        values |= {"name": values["name"][: api_keys.MAX_NAME]}
        try:
            new_key = api_keys.read_new_key(values, lambda name: f"--{name.replace('_', '-')}")
        except api_keys.KeyValueError as error:
            raise CommandError(str(error)) from error
        issued = api_keys.issue_key(new_key)
        if issued.webhook_secret:
            self.stdout.write("Copy the webhook secret now. It is shown only once:")
            self.stdout.write(issued.webhook_secret)
        self.stdout.write(f"{_limits_sentence(issued.api_key)} Copy the key now. It is shown only once:")
        self.stdout.write(issued.key)


def _limits_sentence(api_key: ApiKey) -> str:
    limits = [f"{api_key.daily_images} images per day, {api_key.concurrency} concurrent requests"]
    if api_key.daily_micro_usd is not None:
        limits.append(f"{format_dollars(api_key.daily_micro_usd)} per day")
    if api_key.total_micro_usd is not None:
        limits.append(f"{format_dollars(api_key.total_micro_usd)} in total")
    if api_key.expires_at is not None:
        limits.append(f"valid until {api_key.expires_at.astimezone(BEIJING):%Y-%m-%d %H:%M} Beijing time")
    return f"{', '.join(limits)}."
