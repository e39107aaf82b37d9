"""The reference as Markdown, for language models and other readers of text."""

from typing import Final

from bs4 import BeautifulSoup
from markdownify import ATX, MarkdownConverter

_BROWSER_ONLY: Final = "form, button, svg, copy-button, script, a.here, .control"
# Links lead within the page or to forms, so only their text is kept. Underscores are part of names such as b64_json.
_CONVERTER: Final = MarkdownConverter(
    heading_style=ATX,
    bullets="-",
    strip=["a", "b"],
    escape_asterisks=False,
    escape_underscores=False,
    table_infer_header=True,
)


def html_to_text(html: str) -> str:
    """Convert a part of a page to Markdown, without the elements that only a browser can use."""
    page = BeautifulSoup(html, "html.parser")
    for element in page.select(_BROWSER_ONLY):
        element.decompose()
    for summary in page.select("summary"):
        summary.name = "h3"
    return f"{_CONVERTER.convert_soup(page).strip()}\n"
