"""`manage.py translations`: collect texts into locale/ and compile them; `--check` changes nothing.

It needs none of the gettext programs: Babel collects texts, and reads and writes catalogues.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import to_locale
from jinja2.ext import babel_extract

KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# A template that cannot be read is an error, not one without texts.
_OPTIONS: Final = {"silent": "false"}


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
            compile_stale(settings.BASE_DIR)
        else:
            self._update()

    def _update(self) -> None:
        for locale, catalogue in update_catalogues(settings.BASE_DIR).items():
            missing = untranslated_texts(catalogue)
            self.stdout.write(f"{locale}: {len(catalogue)} texts, {len(missing)} without translation")
            for text in missing:
                self.stdout.write(f"  {text}")
        compile_stale(settings.BASE_DIR)

    def _check(self) -> None:
        collected = {message.id for message in collect_texts(settings.BASE_DIR) if message.id}
        for locale in translated_locales():
            catalogue = read_catalogue(catalogue_path(settings.BASE_DIR, locale), locale)
            known = {message.id for message in catalogue if message.id}
            missing = sorted(str(text) for text in collected - known) + untranslated_texts(catalogue)
            if missing or known - collected:
                lines = "\n  ".join([*missing, *(f"(unused) {text}" for text in known - collected)])
                raise CommandError(f"{locale} is incomplete. Run `make translations`:\n  {lines}")


def translated_locales() -> list[str]:
    """Return the locales of settings.LANGUAGES that need a catalogue: all but the language of the code."""
    return [to_locale(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def catalogue_path(root: Path, locale: str) -> Path:
    """Return the path of the .po file of `locale`."""
    return root / "locale" / locale / "LC_MESSAGES" / "django.po"


def collect_texts(root: Path) -> Catalog:
    """Collect the texts that code and templates under `root` mark for translation."""
    catalogue = Catalog(charset="utf-8")
    for path, method in _sources(root):
        name = path.relative_to(root).as_posix()
        with path.open("rb") as file:
            for _, messages, comments, context in extract(method, file, KEYWORDS, ["Translators:"], _OPTIONS):
                catalogue.add(messages, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def _sources(root: Path) -> Iterator[tuple[Path, str | Callable[..., Any]]]:
    for path in sorted((root / "playground").rglob("*.py")):
        yield path, "python"
    for path in sorted((root / "templates").rglob("*.*")):
        yield path, babel_extract


def read_catalogue(path: Path, locale: str) -> Catalog:
    """Return the catalogue at `path`; an empty one when the file does not exist."""
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update_catalogues(root: Path) -> dict[str, Catalog]:
    """Update and write every catalogue; new texts get an empty translation."""
    template = collect_texts(root)
    catalogues = {}
    for locale in translated_locales():
        path = catalogue_path(root, locale)
        catalogue = read_catalogue(path, locale)
        collected = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True)
        # A new date at every run would change the file without a new text.
        catalogue.creation_date = collected
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, omit_header=False, include_lineno=False, sort_output=True)
        catalogues[locale] = catalogue
    return catalogues


def untranslated_texts(catalogue: Catalog) -> list[str]:
    """Return the texts of a catalogue whose translation is missing or fuzzy."""
    return [
        str(message.id) for message in catalogue if message.id and (message.fuzzy or not _is_complete(message.string))
    ]


def _is_complete(translation: str | Iterable[str] | None) -> bool:
    parts = [translation] if isinstance(translation, str) or translation is None else list(translation)
    return all(parts)


def compile_stale(root: Path, fallback_root: Path | None = None) -> None:
    """Compile each .po file that is newer than its .mo file; into `fallback_root` where `root` is read-only.

    Django reads `fallback_root` first (LOCALE_PATHS), so a file there is removed once the one in `root` is current.
    """
    for locale in translated_locales():
        source = catalogue_path(root, locale)
        target = source.with_suffix(".mo")
        fallback = fallback_root / locale / "LC_MESSAGES" / target.name if fallback_root else None
        source_time = source.stat().st_mtime_ns
        if not target.exists() or target.stat().st_mtime_ns < source_time:
            try:
                # Another user may run the program from this checkout.
                _compile(source, locale, target, mode=0o644)
            except OSError:
                if fallback is None:
                    raise
                # Not "newer": the .po file of the next version may be older than this .mo file.
                if not fallback.exists() or fallback.stat().st_mtime_ns != source_time:
                    fallback.parent.mkdir(parents=True, exist_ok=True)
                    _compile(source, locale, fallback, mode=0o600)
                    os.utime(fallback, ns=(source_time, source_time))
                continue
        if fallback:
            fallback.unlink(missing_ok=True)


def _compile(source: Path, locale: str, target: Path, *, mode: int) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(source, locale))
    # Another start may compile at the same moment; a rename is atomic.
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(compiled.getvalue())
        unfinished.chmod(mode)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
