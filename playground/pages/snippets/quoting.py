"""Write texts as literals of each language, exact, and with invisible characters escaped."""

import json
import re
from typing import Final

from playground.imageapi.untrusted_text import is_invisible

_SHELL_ESCAPES: Final = {"\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'", "\n": "\\n"}


def _is_plain(text: str) -> bool:
    # Much quicker than a test of each character.
    return text.isascii() and text.isprintable()


def shell(text: str) -> str:
    """Return a word of bash: in single quotes, or as $'…' when it has invisible characters."""
    if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]+", text, re.ASCII):
        return text
    if not any(is_invisible(character) and character != "\n" for character in text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_escape_shell(character) for character in text) + "'"


def python(text: str) -> str:
    """Return a string of Python."""
    if _is_plain(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(_escape_python(character) for character in text) + '"'


def javascript(text: str) -> str:
    """Return a string of JavaScript that is safe inside HTML: without `</script>` and `<!--`."""
    literal = json_text(text)
    return literal.replace("</", "<\\/").replace("<!", "<\\u0021")


def json_text(text: str) -> str:
    """Return a string of JSON."""
    literal = json.dumps(text, ensure_ascii=False)
    return (
        literal
        if _is_plain(literal)
        else "".join(_escape_json(character) if is_invisible(character) else character for character in literal)
    )


def json_object(fields: dict[str, object]) -> str:
    """Return an object of JSON, one line for each field; values are strings, numbers and booleans."""
    lines = [
        f'  "{name}": {json_text(value) if isinstance(value, str) else json.dumps(value)}'
        for name, value in fields.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def _escape_shell(character: str) -> str:
    if character in _SHELL_ESCAPES:
        return _SHELL_ESCAPES[character]
    if not is_invisible(character):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))


def _escape_python(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if not is_invisible(character):
        return character
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    code = ord(character)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")


def _escape_json(character: str) -> str:
    return json.dumps(character)[1:-1]
