"""`manage.py translations`: collect texts into locale/ and compile them; `--check` changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from playground.core import translations


class Command(BaseCommand):
    help = "Collect the texts in code and templates into locale/ and compile them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --check and --compile."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a translation is missing")
        parser.add_argument("--compile", action="store_true", help="only compile the existing catalogues")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:
        """Update and compile; or only compile; or check."""
        if check:
            self._check()
        elif compile:
            translations.compile_stale(settings.BASE_DIR)
        else:
            self._update()

    def _update(self) -> None:
        for locale, catalogue in translations.update_catalogues(settings.BASE_DIR).items():
            missing = translations.untranslated_texts(catalogue)
            self.stdout.write(f"{locale}: {len(catalogue)} texts, {len(missing)} without translation")
            for text in missing:
                self.stdout.write(f"  {text}")
        translations.compile_stale(settings.BASE_DIR)

    def _check(self) -> None:
        collected = {message.id for message in translations.collect_texts(settings.BASE_DIR) if message.id}
        for locale in translations.translated_locales():
            catalogue = translations.read_catalogue(translations.catalogue_path(settings.BASE_DIR, locale), locale)
            known = {message.id for message in catalogue if message.id}
            missing = sorted(str(text) for text in collected - known) + translations.untranslated_texts(catalogue)
            if missing or known - collected:
                lines = "\n  ".join([*missing, *(f"(unused) {text}" for text in known - collected)])
                raise CommandError(f"{locale} is incomplete. Run `make translations`:\n  {lines}")
