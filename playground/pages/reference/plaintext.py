"""The reference as plain text: its own HTML, written as Markdown for language models and other readers of text."""

import re
from html.parser import HTMLParser
from typing import Final

_LEFT_OUT: Final = ("form", "button", "svg", "copy-button", "script")
_HEADINGS: Final = {"h1": "# ", "h2": "## ", "h3": "### ", "summary": "### "}
_BLOCKS: Final = ("p", "li", "dt", "dd", "tr", "pre", "section", "table", *_HEADINGS)


class _Writer(HTMLParser):
    """Collects the text of a page; `lines` are its blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._text = ""
        self._skipped: list[str] = []
        self._cells: list[str] | None = None
        self._in_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or skip what is for browsers."""
        if self._skipped:
            self._skipped += [tag] * (tag == self._skipped[0])
        elif tag in _LEFT_OUT or (tag == "a" and ("class", "here") in attrs) or ("class", "control") in attrs:
            self._skipped = [tag]
        elif tag in _BLOCKS:
            self._end_block()
            self._begin(tag)
        elif tag == "code" and not self._in_pre:
            self._text += "`"
        elif tag == "br":
            self._text += " "

    def _begin(self, tag: str) -> None:
        self._in_pre = tag == "pre"
        if tag == "tr":
            self._cells = []
        else:
            self._text = {**_HEADINGS, "li": "- ", "dt": "- ", "dd": "  "}.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        """End a block; cells become columns."""
        if self._skipped:
            if tag == self._skipped[0]:
                self._skipped.pop()
            return
        if tag in ("td", "th") and self._cells is not None:
            self._cells.append(_flat(self._text).replace("|", "\\|"))
            self._text = ""
        elif tag == "tr" and self._cells is not None:
            self._write_row(self._cells)
            self._cells = None
        elif tag == "code" and not self._in_pre:
            self._text += "`"
        elif tag in _BLOCKS:
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Text of the page."""
        if not self._skipped:
            self._text += data

    def _write_row(self, cells: list[str]) -> None:
        row = f"| {' | '.join(cells)} |"
        if self.lines and self.lines[-1].startswith("|"):
            self.lines[-1] += f"\n{row}"
        else:
            self.lines.append(f"{row}\n|{' --- |' * len(cells)}")

    def _end_block(self) -> None:
        if self._in_pre:
            self.lines.append(f"```\n{self._text.strip()}\n```")
            self._in_pre = False
        elif self._cells is None and _flat(self._text).strip("#- "):
            self._add(self._text)
        if self._cells is None:
            self._text = ""

    def _add(self, text: str) -> None:
        line = ("  " if text.startswith("  ") and self._follows_list() else "") + _flat(text)
        if self._follows_list() and line.startswith(("- ", "  ")):
            self.lines[-1] += f"\n{line}"
        else:
            self.lines.append(line)

    def _follows_list(self) -> bool:
        return bool(self.lines) and self.lines[-1].startswith("- ")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def html_to_text(html: str) -> str:
    """A part of a page as Markdown, without what only browsers need."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return "\n\n".join(writer.lines) + "\n"
