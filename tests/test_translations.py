"""Both languages are complete."""

import pytest
from django.conf import settings

from playground.core.management.commands import translations


@pytest.mark.parametrize("locale", translations.translated_locales())
def test_every_text_is_translated(locale: str) -> None:
    catalogue = translations.read_catalogue(translations.catalogue_path(settings.BASE_DIR, locale), locale)
    texts = {message.id for message in translations.collect_texts(settings.BASE_DIR) if message.id}
    known = {message.id for message in catalogue if message.id}
    assert not texts - known
    assert not translations.untranslated_texts(catalogue)


@pytest.mark.parametrize("locale", translations.translated_locales())
def test_translations_keep_their_placeholders(locale: str) -> None:
    catalogue = translations.read_catalogue(translations.catalogue_path(settings.BASE_DIR, locale), locale)
    wrong = [message.id for message in catalogue if message.id and list(message.check())]
    assert not wrong


def test_texts_compiled_for_a_read_only_checkout_go_when_it_is_not_one_any_more(tmp_path):
    left = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of an older version")
    translations.compile_stale(settings.BASE_DIR, tmp_path)
    assert not left.exists()
