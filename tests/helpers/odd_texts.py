"""Hostile and odd texts made by Hypothesis, and how to tell that one did nothing: for the suite and for programs."""

import re
from html.parser import HTMLParser
from typing import Final

from hypothesis import strategies

# What has a meaning to somebody: browsers, templates, shells, terminals, databases, spreadsheets, HTTP.
PIECES: Final = (
    *(
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "</textarea>",
        "</title>",
        "-->",
    ),
    *(
        "<!--",
        "<![CDATA[",
        "]]>",
        "<",
        ">",
        "&",
        "&lt;",
        "&#60;",
        "&#x3c;script&#x3e;",
        '"',
        "'",
        "`",
        "=",
        "\\",
        "/",
    ),
    *(
        ' onfocus=alert(1) autofocus x="',
        "javascript:alert(1)",
        "data:text/html,<script>",
        "{{ 7*7 }}",
        "{% debug %}",
    ),
    *(
        "${7*7}",
        "#{7*7}",
        "%s",
        "%(key)s",
        "%n",
        "{0}",
        "{settings}",
        "\\u0000",
        "\\x00",
        "\\n",
        "$(id)",
        "`id`",
        "; ls",
    ),
    *(
        "'; DROP TABLE runs_run; --",
        "' OR '1'='1",
        "=HYPERLINK(1)",
        "+cmd|' /C calc'!A0",
        "../",
        "..\\",
        "/etc/passwd",
    ),
    *(
        "\r\nSet-Cookie: a=b",
        "\nLocation: //evil.example",
        '\n--boundary\nContent-Disposition: form-data; name="n"\n\n10',
    ),
    *(
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x07",
        "\x08",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\x0b",
        "\x0c",
        "\t",
        "\n",
        "\r",
    ),
    *(
        "\u202e",
        "\u202d",
        "\u2066",
        "\u2069",
        "\u200f",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\ufffe",
        "\uffff",
        "\u0301" * 9,
    ),
    *(
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "𝄞",
        "𠮷",
        "\U0010ffff",
        "ﷺ",
        "İ",
        "ı",
        "ß",
        "ﬁ",
        "Å",
        "한국어",
        "עברית",
        "عربى",
        "早安",
        "１２",
    ),
    *("cr_", "sk-", "Bearer ", "null", "undefined", "NaN", "true", "0", "-1", "1e999", " ", "\u3000", "\xa0", ""),
)
# Everything that can be written in UTF-8.
ANY: Final = strategies.text(strategies.characters(codec="utf-8"), max_size=40)
TEXTS: Final = strategies.one_of(
    ANY,
    strategies.lists(strategies.one_of(strategies.sampled_from(PIECES), ANY), max_size=8).map("".join),
    strategies.builds(
        lambda piece, times: piece * times, strategies.sampled_from(PIECES), strategies.integers(1, 4000)
    ),
)
_ALLOWED_SOURCES: Final = re.compile(r"/|#|\?|data:image/|blob:|https?://|mailto:|$")


class _Shape(HTMLParser):
    """The structure of a page without its texts: elements and names of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[tuple[str, str]] = set()
        self.troubles: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element, and what in it could act."""
        for name, value in attributes:
            self.elements.add((tag, name))
            if name.startswith("on"):
                self.troubles.append(f"<{tag} {name}>")
            if name in ("href", "src", "action", "formaction", "srcdoc") and not _ALLOWED_SOURCES.match(value or ""):
                self.troubles.append(f"<{tag} {name}={value}>")
        if not attributes:
            self.elements.add((tag, ""))

    def handle_comment(self, data: str) -> None:
        """The project's pages have no comments."""
        self.troubles.append(f"<!--{data[:40]}-->")


def shape_of(page: str) -> _Shape:
    """The shape of a page."""
    shape = _Shape()
    shape.feed(page)
    shape.close()
    return shape


def acts_in(page: str, known: set[tuple[str, str]]) -> list[str]:
    """Return the markup that a text became; `known` are the elements of pages with harmless texts."""
    shape = shape_of(page)
    return shape.troubles + [f"<{tag} {name}>" for tag, name in sorted(shape.elements - known)]
