"""What search engines, shared links and home screens get to know: public pages only, in each language."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from playground.imageapi.errors import ERRORS
from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
PUBLIC = ("", "edit/", "reference/", "reference/errors/key_expired/")
PRIVATE = ("runs/", "usage/", "key/", "nothing-here/")


class Head(HTMLParser):
    """The links and the named texts of a page's head."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.meta: dict[str, str] = {}
        self.title = re.sub(r"\s+", " ", page.partition("<title>")[2].partition("</title>")[0])
        self.feed(page.partition("</head>")[0])

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "link":
            self.links[values.get("hreflang") or values["rel"]] = values["href"]
        elif tag == "meta" and (name := values.get("property") or values.get("name")):
            self.meta[name] = values["content"]


def head(client, path, **query) -> Head:
    return Head(client.get(f"{BASE}{path}", query).text)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_names_its_address_in_each_language(client, path):
    links = head(client, path).links
    page = f"{SITE}{BASE}{path}"
    assert [links[code] for code in ("en", "zh-hans", "x-default")] == [
        f"{page}?lang=en",
        f"{page}?lang=zh-hans",
        page,
    ]
    assert links["canonical"] == page
    assert "noindex" not in client.get(f"{BASE}{path}")["X-Robots-Tag"]


def test_an_address_with_a_language_is_canonical_in_that_language_and_without_anything_else(client):
    shown = head(client, "reference/errors/key_expired/", lang="zh-hans", run="0" * 20)
    assert shown.links["canonical"] == f"{SITE}{BASE}reference/errors/key_expired/?lang=zh-hans"
    assert "错误" in shown.title


@pytest.mark.parametrize("path", PRIVATE)
def test_a_visitors_page_is_not_listed(client, path):
    response = client.get(f"{BASE}{path}")
    assert response["X-Robots-Tag"] == "noindex"
    shown = Head(response.text)
    assert shown.meta["robots"] == "noindex"
    assert "canonical" not in shown.links and "og:title" not in shown.meta


def test_a_run_and_its_files_are_neither_listed_nor_previewed(client):
    run = a_run(prompt="A secret logo", pictures=1)
    visitor = a_visitor(client)
    page = visitor.get(f"{BASE}runs/{run.pk}/")
    assert Head(page.text).title.startswith("Ready · A secret logo")
    assert not any("secret" in value or "/runs/" in value for value in Head(page.text).meta.values())
    assert {"og:title", "og:image"}.isdisjoint(Head(page.text).meta)
    assert visitor.get(f"{BASE}runs/{run.pk}/pictures/1/")["X-Robots-Tag"] == "noindex"


def test_a_prompt_in_the_address_stays_out_of_the_preview(client):
    shown = head(client, "", prompt="A secret logo")
    assert not any("secret" in value for value in (*shown.meta.values(), *shown.links.values()))


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_shared_link_has_title_description_and_picture(client, path, lang):
    shown = head(client, path, lang=lang)
    assert shown.meta["og:title"] == shown.title
    assert shown.meta["og:description"] == shown.meta["description"] != ""
    name = shown.meta["og:image"].removeprefix(f"{SITE}{BASE}static/")
    with Image.open(finders.find(name)) as picture:
        assert picture.size == (1200, 630)


def test_the_preview_follows_the_public_address(client, settings):
    settings.PUBLIC_ORIGIN = "https://images.example.org"
    shown = head(client, "reference/")
    assert shown.links["canonical"] == f"https://images.example.org{BASE}reference/"
    assert shown.meta["og:image"].startswith("https://images.example.org/")


@pytest.mark.parametrize("code", ERRORS)
def test_each_error_page_has_a_description_of_its_own(client, code):
    shown = head(client, f"reference/errors/{code}/")
    assert shown.title == f"{code} · Errors · API reference · gpt-image-2 playground"
    assert len(shown.meta["og:description"]) > 20


def test_robots_may_read_pages_and_the_description_of_the_api_only(client):
    robots = client.get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert robots.text.splitlines() == [
        "User-agent: *",
        f"Allow: {BASE}v1/openapi.json",
        f"Disallow: {BASE}v1/",
    ]


def test_language_models_find_the_reference_at_the_root(client):
    assert client.get("/llms.txt?lang=en", follow=True).text.startswith("# API reference")


def test_an_icon_in_every_form_is_there(client):
    links = head(client, "").links
    assert links["icon"].endswith("favicon.ico")
    with Image.open(finders.find("img/apple-touch-icon.png")) as icon:
        assert icon.size == (180, 180)
    with Image.open(finders.find("img/favicon.ico")) as icon:
        assert (32, 32) in icon.info["sizes"]
    assert client.get("/favicon.ico")["Location"] == links["icon"]
    manifest = json.loads(client.get(links["manifest"]).content)
    assert manifest["start_url"] == BASE
    for entry in manifest["icons"]:
        with Image.open(finders.find(entry["src"].removeprefix(f"{BASE}static/"))) as icon:
            assert entry["sizes"] == f"{icon.width}x{icon.height}"
