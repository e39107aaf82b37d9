"""Hostile and odd texts: exact at the API, inert on the page, one line in the log, wherever they come from."""

import html
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from markupsafe import escape

from playground.core.logging import LineFormatter
from playground.imageapi.providers import parse_image_apis
from playground.imageapi.untrusted_text import safe_file_name
from playground.runs.models import Run
from tests.factories import BASE, KEY, a_run, a_visitor, claim_and_execute_run
from tests.fake_provider import FakeProvider
from tests.helpers.outcome_tables import Table

TEXTS = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\" autofocus onfocus=alert(1) x='",
    "template": "{{ settings.SECRET_KEY }} {% debug %} ${7*7} #{7*7} %(key)s %s %n",
    "end of script": "</textarea></script><!-- ]]> -->",
    "json": '{"model": "other", "n": 10}\\" \\u0000 \\',
    "lines": "one\ntwo\n\nthree\tfour",
    "header": "x\nSet-Cookie: a=b\nLocation: //evil.example",
    "form": '--boundary\nContent-Disposition: form-data; name="n"\n\n10',
    "bidi": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "joined": "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \ufeff \u200b",
    "far planes": "𝄞 𠮷 \U0010fffd",
    "separators": "a\u2028b\u2029c\u0085d",
    "controls": "\x01\x07\x1b[31mred\x1b[0m\x7f",
    "sql": "'; DROP TABLE runs_run; --",
    "path": "../../etc/passwd\\..\\..",
    "address": "javascript:alert(1) data:text/html,x",
    "csv": '=HYPERLINK("http://evil.example")',
    "long": "猫" * 20_000,
    "scripts": "عربى שלום हिन्दी 日本語 한국어",
}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Write the outcomes to `build/outcomes`. `benchmarks/robustness/random_texts.py` makes thousands more."""
    table = Table("texts-short", ("text", "begins with", "arrives", "on the page"))
    yield table
    table.write()


def is_inert(page: str) -> bool:
    """Say if no text became markup: no script, handler or element."""
    tags = re.findall(r"<[a-z!/][^>]*>", page, re.IGNORECASE)
    inside = [re.sub(r'"[^"]*"', '""', tag) for tag in tags]
    return not any(re.search(r"\son\w+=|alert\(", tag) for tag in inside) and "<script>alert" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TEXTS)
def test_a_prompt_arrives_as_it_was_typed_and_does_nothing(settings, server, caplog, table, name: str) -> None:
    caplog.set_level(logging.DEBUG)
    settings.IMAGE_APIS = parse_image_apis(f"upstream={server.url('ok')}", "")
    client, text = Client(), TEXTS[name]
    form = {"prompt": text.replace("\n", "\r\n"), "size": "1024x1024", "quality": "low", "n": "1", "api": "upstream"}
    answer = client.post(BASE, {**form, "key": KEY})
    assert answer.status_code == 303, html.unescape(answer.content.decode())[:3000]
    claim_and_execute_run(Run.objects.get().pk)
    arrived = server.requests[-1].json["prompt"]
    pages = [client.get(path).content.decode() for path in (answer["Location"], f"{BASE}runs/", BASE)]
    outcome = ("exactly" if arrived == text else "changed", "as text" if all(map(is_inert, pages)) else "acts")
    wrong = "" if outcome == ("exactly", "as text") else ", ".join(outcome)
    table.add(name, ascii(text[:30])[1:-1], *outcome, wrong=wrong)
    assert arrived == text
    assert all(map(is_inert, pages))
    assert str(escape(text)) in client.get(answer["Location"]).content.decode()
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert not any(text[:20] in line for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("name", TEXTS)
def test_foreign_texts_are_inert_on_the_page(client, name: str) -> None:
    text = TEXTS[name]
    failed = a_run(state="failed", error="invalid_request", error_facts={"provider_said": text, "param": text})
    done = a_run(pictures=1, prompt=text)
    done.pictures.update(revised_prompt=text)
    visitor = a_visitor(client)
    for path in (f"runs/{failed.pk}/", f"runs/{done.pk}/", "runs/", "runs/?lang=zh-hans"):
        answer = visitor.get(f"{BASE}{path}")
        assert answer.status_code == 200 and is_inert(answer.text)
    disposition = visitor.get(f"{BASE}runs/{done.pk}/pictures/1/?download=1")["Content-Disposition"]
    assert "\n" not in disposition and "\r" not in disposition and "/" not in disposition.split("filename")[1][:60]


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_name_is_a_name_and_nothing_else(name: str) -> None:
    made = safe_file_name(TEXTS[name], "png")
    assert len(made) <= 100 and made.endswith(".png")
    assert not re.search(r"[/\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", made)


@pytest.mark.parametrize("name", TEXTS)
def test_a_log_line_is_one_line(name: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "said %s with %s", (TEXTS[name], KEY), None)
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1 and "\x1b" not in line and KEY not in line
