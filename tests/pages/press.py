"""Press a button of a page as a browser without JavaScript does: its form is sent as it stands."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client


@dataclass
class PageForm:
    """A form with the entries that it sends, and its buttons: their attributes, and their words as `text`."""

    attributes: dict[str, str]
    entries: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class FormReader(HTMLParser):
    """The forms of a page. Files are left out: a browser never fills them in by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._texts = ""
        self._select = ""
        self._in_button = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = PageForm(at)
            self.forms.append(self._open)
        if self._open is None:
            return
        name, kind = at.get("name", ""), at.get("type", "text")
        if tag == "button":
            self._open.buttons.append({**at, "text": ""})
            self._in_button = True
        elif tag == "textarea":
            self._texts = name
            self._open.entries[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in at or self._select not in self._open.entries:
                self._open.entries[self._select] = at.get("value", "")
        elif tag == "input" and name and kind != "file" and (kind not in ("radio", "checkbox") or "checked" in at):
            self._open.entries[name] = at.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._in_button and self._open is not None:
            self._open.buttons[-1]["text"] += data
        if self._texts and self._open is not None:
            self._open.entries[self._texts] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._open is not None:
            # As browsers do: the first line break belongs to the markup, the others are sent as CRLF.
            words = self._open.entries[self._texts].removeprefix("\n")
            self._open.entries[self._texts] = words.replace("\r\n", "\n").replace("\n", "\r\n")
            self._texts = ""
        elif tag == "select":
            self._select = ""
        elif tag == "button":
            self._in_button = False
        elif tag == "form":
            self._open = None


def forms_in(page: HttpResponse) -> list[PageForm]:
    """The forms of a page."""
    return FormReader(page.text).forms


def press(client: Client, page: HttpResponse, button: str, /, **changes: object) -> HttpResponse:
    """Send the form of the first button with the attribute or id `button`, some entries changed."""
    form = next(form for form in forms_in(page) if any(button in (*at, at.get("id")) for at in form.buttons))
    return client.post(form.attributes["action"], {**form.entries, **changes})
