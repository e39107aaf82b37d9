"""CONTRIBUTING.md is true: each file that it names holds what the recipe says, and recipes can be followed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import to_locale

from playground.core.management.commands import translations
from playground.gateway.models import ApiKey
from playground.imageapi import providers
from playground.imageapi.catalog import DEFAULT_CONCURRENCY, LARGE_SIZES, PARAMETERS, SIZE_NAMES
from playground.imageapi.errors import ERRORS, PARTIAL_REHEARSAL
from playground.imageapi.parameter_help import describe_parameter
from playground.imageapi.pricing import PRICE_TABLE
from playground.imageapi.schemas import ImageRequest
from playground.pages.texts.error_codes import ERROR_TEXTS

ROOT = Path(__file__).resolve().parent.parent
GUIDE = re.sub(r"\s+", " ", (ROOT / "CONTRIBUTING.md").read_text())
PATH = r"(?:playground|tests|templates|static|locale|docs|benchmarks)/[\w./-]*"
FILES = sorted(set(re.findall(rf"`({PATH})`", GUIDE)))
# "`NAME` in `path`", also for "`A` and `B` in `path`".
HELD = [
    (name.removesuffix("()"), path)
    for names, path in re.findall(rf"((?:`[\w():]+`(?: and )?)+) in `({PATH}\.(?:py|js|css))`", GUIDE)
    for name in re.findall(r"`([\w():]+)`", names)
]
DEFINITIONS = {
    ".py": r"^(?:def {name}\(|class {name}\b|{name}\b.* = )",
    ".js": r"^(?:export )?(?:function {name}\(|class {name}\b|const {name} = )",
    ".css": r"^ *{name}[ ,]",
}


@pytest.mark.parametrize("path", FILES)
def test_each_file_and_folder_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("name", "path"), HELD)
def test_each_file_holds_what_the_recipe_says(name: str, path: str) -> None:
    pattern = DEFINITIONS[Path(path).suffix].format(name=re.escape(name))
    assert re.search(pattern, (ROOT / path).read_text(), re.MULTILINE)


def test_the_recipes_name_enough_to_be_checked() -> None:
    assert len(HELD) >= 25
    assert len(FILES) >= 28


def test_a_profile_of_the_recipe_can_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    azure = replace(providers.PROFILES["openai"], name="azure", account="azure")
    monkeypatch.setitem(providers.PROFILES, "azure", azure)
    apis = providers.parse_image_apis("mine:azure=https://images.example.org/v1", "http://127.0.0.1:8000/")
    assert apis["mine"].profile is azure


def test_a_size_is_written_in_its_row_only() -> None:
    (large,) = LARGE_SIZES
    sources = [path for path in (ROOT / "playground").rglob("*.py") if "demo_model" not in path.parts]
    assert not [path for path in sources if f'"{large}"' in path.read_text()]
    assert {size for size, _ in PRICE_TABLE} == set(SIZE_NAMES)


@pytest.mark.django_db
def test_a_new_key_makes_as_many_calls_at_once_as_the_catalog_says() -> None:
    assert ApiKey().concurrency == DEFAULT_CONCURRENCY == providers.PROFILES["builtin"].concurrency_limit


def test_each_parameter_went_through_the_recipe() -> None:
    fields = set(ImageRequest.__dataclass_fields__)
    for parameter in PARAMETERS:
        assert describe_parameter(parameter.name, parameter.endpoints[0])
        assert parameter.kind == "file" or parameter.name in fields


def test_each_error_code_went_through_the_recipe() -> None:
    assert [*ERROR_TEXTS] == [*ERRORS, PARTIAL_REHEARSAL]


def test_each_language_has_its_catalogue() -> None:
    for code, _name in settings.LANGUAGES:
        path = ROOT / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po"
        assert code == settings.LANGUAGE_CODE or path.exists()


@pytest.mark.django_db
def test_a_language_of_the_recipe_is_offered_in_the_header(settings, client: Client) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ja", "Japanese")]
    switch = re.findall(r'hreflang="([\w-]+)"[^>]*>([^<]+)</a>', client.get("/qcode-img/").text)
    assert switch == [("en", "English"), ("zh-hans", "中文"), ("ja", "Japanese")]
    assert translations.translated_locales() == ["zh_Hans", "ja"]


def test_an_error_code_touches_at_most_four_files() -> None:
    recipe = GUIDE.split("## An error code")[1].split("## ")[0]
    always = [step for step in re.split(r" \d\. ", recipe) if step.strip() and not step.startswith("If ")]
    assert len({path for step in always for path in re.findall(rf"`({PATH})`", step)}) <= 4
