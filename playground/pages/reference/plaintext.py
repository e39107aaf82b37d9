"""The reference as Markdown, for language models and other readers of text."""

from functools import lru_cache
from typing import Final

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

_BROWSER_ONLY: Final = "form, button, svg, img, copy-button, script, a.here, .control"
# The reference is about 200 KB of HTML, and the same for every reader of a language.
_KEPT_PAGES: Final = 8


def _code_language(element: Tag) -> str:
    """Return what stands behind the fence of a code block."""
    program = str(element.get("data-snippet", ""))
    names = {"curl": "bash", "python-requests": "python", "node": "javascript"}
    return names.get(program, program)


# Links lead within the page or to forms, so only their text is kept. Underscores are part of names such as b64_json.
_CONVERTER: Final = MarkdownConverter(
    heading_style=ATX,
    bullets="-",
    strip=["a", "b"],
    escape_asterisks=False,
    escape_underscores=False,
    table_infer_header=True,
    code_language_callback=_code_language,
)


@lru_cache(maxsize=_KEPT_PAGES)
def html_to_text(html: str) -> str:
    """Convert a part of a page to Markdown, without the elements that only a browser can use."""
    page = BeautifulSoup(html, "html.parser")
    for element in page.select(_BROWSER_ONLY):
        element.decompose()
    for summary in page.select("summary"):
        summary.name = "h3"
    for table in page.select("table"):
        _drop_empty_columns(table)
    return f"{_CONVERTER.convert_soup(page).strip()}\n"


def _drop_empty_columns(table: Tag) -> None:
    """Remove the columns of which only the heading is left."""
    rows = [row.find_all(["th", "td"]) for row in table.select("tr")]
    for column in range(len(rows[0]) - 1, -1, -1):
        if not any(row[column].get_text(strip=True) for row in rows[1:] if column < len(row)):
            for row in rows:
                if column < len(row):
                    row[column].decompose()
