"""Chinese as it is written: one word for one thing, full-width punctuation, no spaces between characters."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings

from playground.core.management.commands import translations
from playground.imageapi.errors import ERRORS
from playground.runs.models import State
from tests.factories import BASE, a_run, a_visitor

# Words that were in use beside the one of docs/glossary.md.
BANNED = {
    "你": "您",
    "服务方": "服务商",
    "请求编号": "请求 ID",
    "技术支持信息": "排查信息",
    "源图": "原图",
    "演练": "模拟错误",
    "闪切": "交替显示",
    "痕迹": "数据",
    "不收费": "不扣费",
    "图片接口": "图像接口",
    "北京时间零点": "北京时间 00:00",
    "机器可读": "OpenAPI 规范",
}
HAN = "[\u3400-\u9fff]"
WIDE = "[\u3400-\u9fff，。；：！？、（）《》]"
WRONG = {
    "half-width punctuation beside a character": rf"{HAN}\s*[,;:!?()]|[,;:!?(]\s*{HAN}|{HAN}\.(?!\w)|\.\s+{HAN}",
    "a space between characters": rf"{WIDE} +{WIDE}",
    "a space beside full-width punctuation": r"[，。；：！？、（）] \S|\S [，。；：！？、（）]",
}
PAGES = ("", "edit/", "runs/", "usage/", "key/", "reference/", "nothing-here/")
ERROR_PAGES = tuple(f"reference/errors/{code}/" for code in ERRORS)


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a Chinese text, with the place."""
    text = " ".join(text.split())
    found = [f"{word} instead of {right}: {text}" for word, right in BANNED.items() if word in text]
    return found + [
        f"{name}: {match[0]!r} in {text}" for name, wrong in WRONG.items() if (match := re.search(wrong, text))
    ]


def catalogue_texts() -> list[str]:
    path = translations.catalogue_path(settings.BASE_DIR, "zh_Hans")
    messages = [one.string for one in translations.read_catalogue(path, "zh_Hans") if one.id]
    return [text for string in messages for text in ([string] if isinstance(string, str) else string)]


class Texts(HTMLParser):
    """The texts of a page that people see or hear, each on its own; programs are not among them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._silent += tag in ("script", "style", "pre")
        self.texts += [value or "" for name, value in attrs if name in ("aria-label", "title", "alt", "content")]
        self.texts += [value or "" for name, value in attrs if name.startswith("data-") and name != "data-text"]

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style", "pre")

    def handle_data(self, data):
        if not self._silent:
            self.texts.append(data)


def test_the_catalogue_has_no_mistakes() -> None:
    texts = catalogue_texts()
    assert len(texts) > 900
    assert [one for text in texts for one in mistakes(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "请提供你的密钥",
        "完成, 未扣费",
        "预估:3 秒",
        "内置演示 的密钥",
        "已完成. 未扣费",
        "（PNG） 图片",
        "文生图 (编辑)",
    ],
)
def test_a_mistake_is_found(text: str) -> None:
    assert mistakes(text)


@pytest.mark.parametrize(
    "text", ["请求 ID：req_1", "auto 由 1,024 张", "响应头 x-ignored 中的 image[0]", "用 Ctrl+Z 撤销"]
)
def test_latin_words_stand_between_spaces(text: str) -> None:
    assert mistakes(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PAGES, *ERROR_PAGES])
def test_a_page_has_no_mistakes(client, path: str) -> None:
    texts = Texts(client.get(f"{BASE}{path}", {"lang": "zh-hans"}).text).texts
    assert any(re.search(HAN, text) for text in texts)
    assert [one for text in texts for one in mistakes(text)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_a_run_has_no_mistakes(client, state: str) -> None:
    error = {"error": "invalid_request"} if state == State.FAILED else {}
    run = a_run(state=state, pictures=state == State.SUCCEEDED, prompt="一只狐狸", **error)
    for path in (f"runs/{run.pk}/", "runs/"):
        texts = Texts(a_visitor(client).get(f"{BASE}{path}", {"lang": "zh-hans"}).text).texts
        assert [one for text in texts for one in mistakes(text)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "edit/", "reference/"])
def test_comments_in_programs_are_chinese(client, path: str) -> None:
    page = client.get(f"{BASE}{path}", {"lang": "zh-hans"}).text
    programs = [re.sub("<[^>]+>", "", text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    comments = [line for text in programs for line in re.findall(r"^\s*(?:#|//) .*|  # .*", text, re.MULTILINE)]
    assert comments
    assert [line for line in comments if not re.search(HAN, line)] == []
