"""English as readers of API documentation expect it: the words of docs/glossary.md, in whole sentences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from playground.core.management.commands import translations
from playground.gateway.openapi.document import openapi_document
from playground.imageapi.errors import ERRORS

ROOT = Path(settings.BASE_DIR)
# A pattern that texts must not contain, and what to write instead. Placeholders and code are not looked at.
BANNED = {
    r"pictures?": "image",
    r"dearest": "highest",
    r"anew|afresh": "again",
    r"time-?outs? of your|time-outs?": "timeout",
    r"to be had": "available",
    r"base address(?:es)?": "base URL",
    r"sister services": "other services",
    r"answers?|answered": "response, or a verb such as returns",
    r"(?:an?|the|each|every|this|same|first|second|another|per|your|broken|repeated) calls?|calls at once": "request",
    r"(?<!X-)rehears\w+": "simulate",
    r"floor": "minimum",
    r"by the (?:price )?table says": "list price",
    r"for good": "permanently",
    r"somebody|nobody": "someone, no one",
    r"typing error": "mistyped",
}
# Beside those, in what pages and the API say; documents may speak of an operator's business.
BANNED_IN_MESSAGES = {
    r"(?<!IP )address(?:es)?": "URL, page or host",
    r"(?<!connection was )refus\w+": "reject",
    r"(?<!ledger )(?<![Yy]our )entr(?:y|ies)": "region, endpoint or item",
    r"forg[eo]t\w*": "remove",
    r"(?<!marks )drawn": "generated",
    r"sealed": "encrypted",
    r"lives": "is valid for",
    r"understood too": "also works",
    r"goes on|go on": "continue",
    r"any more": "no longer",
    r"not charged\b": "You weren't charged.",
    r"nothing was charged": "You weren't charged.",
    r"broken off|break off": "abort",
    r"a day and key|a key\)": "per key per day",
    r"in … h": "a duration as people write it: in 1 h 54 min",
}
# "What is sent…" as the subject of a sentence; a question may begin so.
RELATIVE_SUBJECT = re.compile(r"(?:^|[.!] )(?:What|Who|Whoever|That which) [^?]*?\.(?: |$)")
MESSAGE_CALLS = ("ApiError", "CommandError", "UnusableResponseError", "StartError")
DOCUMENTS = ("README.md", "SECURITY.md")
# They name code and its history throughout.
OTHER_DOCUMENTS = ("CONTRIBUTING.md", "docs/glossary.md", "docs/architecture.md", "docs/scaling.md")


def mistakes(text: str, banned: dict[str, str]) -> list[str]:
    """Return what is wrong with an English text, with the word to write instead."""
    plain = re.sub(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>|`[^`]*`", "…", text)
    found = [(re.search(rf"\b(?:{pattern})(?!\w)", plain, re.IGNORECASE), right) for pattern, right in banned.items()]
    return [f"“{match[0]}”: write {right}: {text}" for match, right in found if match]


def is_relative(text: str) -> bool:
    """Return whether a sentence begins with a relative clause as its subject; a description may name two of them."""
    return bool(RELATIVE_SUBJECT.search(text)) and ", and how " not in text


def catalogue_texts() -> list[str]:
    path = translations.catalogue_path(ROOT, "zh_Hans")
    ids = [one.id for one in translations.read_catalogue(path, "zh_Hans") if one.id]
    return [text for msgid in ids for text in ([msgid] if isinstance(msgid, str) else msgid)]


def literals(node: ast.AST) -> Iterator[str]:
    """Yield the texts in a node, formatted ones without their values."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in part.values)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def code_messages() -> list[str]:
    """Messages of the API and of commands, which are English only."""
    texts = [row.message for row in ERRORS.values()]
    for path in sorted((ROOT / "playground").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MESSAGE_CALLS
            is_message = isinstance(node, ast.Assign) and "message" in ast.unparse(node.targets[0])
            if is_call or is_message:
                texts += [text for text in literals(node) if " " in text]
    return texts


def descriptions(node: Any) -> Iterator[str]:
    """Yield what an OpenAPI document tells people."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in ("description", "summary") and isinstance(value, str):
            yield value
        yield from descriptions(value)
    for value in node if isinstance(node, list) else ():
        yield from descriptions(value)


def paragraphs(name: str) -> list[str]:
    """Return the prose of a document, without code and the tables of words to avoid."""
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text(), flags=re.DOTALL)
    if name == "docs/glossary.md":
        text = text.partition("## Runs and images")[2].partition("## Chinese")[0]
    text = re.sub(r"\]\([^)]*\)|`[^`]*`", "…", text)
    return [" ".join(block.split()) for block in re.split(r"\n(?=[|\n#*-])", text)]


def test_texts_of_pages_keep_to_the_glossary() -> None:
    texts = catalogue_texts()
    assert len(texts) > 900
    assert [one for text in texts for one in mistakes(text, BANNED | BANNED_IN_MESSAGES)] == []


def test_messages_of_the_api_and_commands_keep_to_the_glossary() -> None:
    texts = code_messages()
    assert len(texts) > 80
    assert [one for text in texts for one in mistakes(text, BANNED | BANNED_IN_MESSAGES)] == []


def test_the_openapi_description_keeps_to_the_glossary() -> None:
    texts = [*descriptions(openapi_document())]
    assert len(texts) > 40
    assert [one for text in texts for one in mistakes(text, BANNED | BANNED_IN_MESSAGES)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_keep_to_the_glossary(name: str) -> None:
    assert [one for text in paragraphs(name) for one in mistakes(text, BANNED)] == []


@pytest.mark.parametrize("name", OTHER_DOCUMENTS)
def test_documents_about_code_say_image_and_timeout(name: str) -> None:
    words = {pattern: BANNED[pattern] for pattern in (r"pictures?", r"dearest", r"anew|afresh")}
    assert [one for text in paragraphs(name) for one in mistakes(text, words)] == []


def test_no_sentence_has_a_relative_clause_as_its_subject() -> None:
    assert [text for text in (*catalogue_texts(), *code_messages()) if is_relative(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Choose a picture first.",
        "The day starts anew.",
        "The dearest price is reserved.",
        "No answer in time",
        "This key already makes 2 calls at once.",
        "Set the time-out to 180 s.",
        "Nothing was charged.",
        "in %(time)s h",
    ],
)
def test_a_mistake_is_found_and_the_right_word_named(text: str) -> None:
    found = mistakes(text, BANNED | BANNED_IN_MESSAGES)
    assert found and "write" in found[0]


def test_a_relative_clause_is_found() -> None:
    assert is_relative("What is sent may be charged.")
    assert not is_relative("What is the $0.08 minimum?")


@pytest.mark.parametrize(
    "text", ["The connection was refused.", "Your entries are still here.", "%(floor)s in total"]
)
def test_a_word_in_its_right_place_is_no_mistake(text: str) -> None:
    assert mistakes(text, BANNED | BANNED_IN_MESSAGES) == []
