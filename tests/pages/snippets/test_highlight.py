"""Highlighted code: spans with classes, and exactly the text of the program."""

import html
import re

import pytest

from playground.imageapi.schemas import ImageRequest
from playground.pages.snippets.highlight import highlight
from playground.pages.snippets.panel import PROGRAMS
from playground.pages.snippets.request import SnippetRequest

ODD = "\ufeffa \"vase\"\r\nwith `x` $(y) </script> \\ '早安' 🦊\u200b"


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("prompt", ["A fox", ODD, "line\n" * 8_000])
def test_the_text_is_that_of_the_program_and_nothing_else(name, prompt):
    text = PROGRAMS[name](SnippetRequest(ImageRequest("generations", prompt, n=2), "https://api.example/v1"))
    shown = highlight(text, name)
    assert html.unescape(re.sub(r"</?span[^>]*>", "", shown)) == text


@pytest.mark.parametrize("name", PROGRAMS)
def test_strings_and_names_have_classes_and_no_styles(name):
    text = PROGRAMS[name](SnippetRequest(ImageRequest("generations", "A fox"), "https://api.example/v1"))
    shown = highlight(text, name)
    assert 'class="hl-string"' in shown and "style=" not in shown


def test_json_tells_names_from_values():
    shown = highlight('{"n": 2}', "json")
    assert '<span class="hl-name">&#34;n&#34;</span>' in shown and '<span class="hl-number">2</span>' in shown


def test_an_unknown_language_stays_plain_and_is_escaped():
    assert highlight("a < b", "cobol") == "a &lt; b"
