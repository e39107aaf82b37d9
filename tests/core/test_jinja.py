"""Jinja2 templates: escaped values, translated texts as HTML, times in the visitor's time zone."""

from datetime import UTC, datetime

import pytest
from django.template.backends.jinja2 import Jinja2
from django.test import RequestFactory
from django.utils import timezone, translation


@pytest.fixture
def templates(tmp_path):
    """Return the backend, with an empty folder of templates."""
    options = {"environment": "playground.core.backends.jinja.environment"}
    return Jinja2({"NAME": "test", "DIRS": [tmp_path], "APP_DIRS": False, "OPTIONS": options})


@pytest.fixture
def render(templates, tmp_path):
    """Return a function that renders a template with the given source."""

    def rendered(text: str, **context: object) -> str:
        (tmp_path / "page.html").write_text(text)
        request = RequestFactory().get("/")
        return templates.get_template("page.html").render(context, request)

    return rendered


@pytest.mark.parametrize(("language", "said"), [("en", "Prompt"), ("zh-hans", "提示词")])
def test_a_text_is_in_the_language_of_the_page(render, language, said):
    with translation.override(language):
        assert render('<b>{{ _("Prompt") }}</b>') == f"<b>{said}</b>"


def test_a_language_does_not_stay_for_the_next_page(render):
    with translation.override("zh-hans"):
        render('{{ _("Prompt") }}')
    assert render('{{ _("Prompt") }}') == "Prompt"


def test_a_long_text_may_be_written_on_two_lines(render):
    with translation.override("zh-hans"):
        assert render('{{ _("Keyboard "\n  "shortcuts") }}') == render('{{ _("Keyboard shortcuts") }}') == "快捷键"


def test_one_word_may_be_two_in_another_language(render):
    with translation.override("zh-hans"):
        assert render('{{ pgettext("program", "Code") }}, {{ _("Code") }}') == "代码, 错误码"


@pytest.mark.parametrize(
    "text", ["{{ value }}", "{% trans %}{{ value }}{% endtrans %}", "{{ value|truncatechars(99) }}"]
)
def test_a_value_is_text(render, text):
    assert render(text, value="<b>&'\"") == "&lt;b&gt;&amp;&#39;&#34;"


def test_our_own_texts_are_html(render):
    assert render("{% trans %}<b>{{ value }}</b>{% endtrans %}", value="<") == "<b>&lt;</b>"


def test_an_undefined_variable_renders_as_empty(render):
    assert render("{{ nothing }}{{ nothing.at.all }}{% if nothing %}shown{% endif %}") == ""


def test_times_are_shown_in_the_visitors_time_zone(render):
    with timezone.override("Asia/Shanghai"):
        shown = render('{{ moment|date("Y-m-d H:i") }}', moment=datetime(2026, 11, 21, 18, tzinfo=UTC))
    assert shown == "2026-11-22 02:00"
