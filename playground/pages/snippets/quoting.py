"""Texts as literals: whatever a prompt holds, the program says exactly that, and nothing in it is hidden."""

import json
import re
from typing import Final

from playground.imageapi.untrusted_text import is_invisible

_SHELL_NAMES: Final = {"\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'", "\n": "\\n"}


def _is_plain(text: str) -> bool:
    """Whether nothing in it can be hidden, found out without looking at each character."""
    return text.isascii() and text.isprintable()


def shell(text: str) -> str:
    """A word of bash: in single quotes, or as $'…' where something in it could not be seen."""
    if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", text, re.ASCII):
        return text
    if not any(is_invisible(one) and one != "\n" for one in text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_in_shell(one) for one in text) + "'"


def python(text: str) -> str:
    """A string of Python."""
    if _is_plain(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(_in_python(one) for one in text) + '"'


def javascript(text: str) -> str:
    """A string of JavaScript that may stand in a page: it holds no `</script>` and no `<!--`."""
    written = json_text(text)
    return written.replace("</", "<\\/").replace("<!", "<\\u0021")


def json_text(text: str) -> str:
    """A string of JSON."""
    written = json.dumps(text, ensure_ascii=False)
    return written if _is_plain(written) else "".join(_in_json(one) if is_invisible(one) else one for one in written)


def json_object(fields: dict[str, object]) -> str:
    """An object of JSON, a line a field; values are texts, numbers and truth values."""
    lines = [
        f'  "{name}": {json_text(value) if isinstance(value, str) else json.dumps(value)}'
        for name, value in fields.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def _in_shell(character: str) -> str:
    if character in _SHELL_NAMES:
        return _SHELL_NAMES[character]
    if not is_invisible(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))


def _in_python(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if not is_invisible(character):
        return character
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    code = ord(character)
    return known or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")


def _in_json(character: str) -> str:
    return json.dumps(character)[1:-1]
