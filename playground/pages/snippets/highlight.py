"""Highlight code on the server: spans with classes, whose colours are in static/css/highlight.css."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.javascript import JavascriptLexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

# By the names of the programs; json serves requests and responses.
_LEXERS: Final[dict[str, type[Lexer]]] = {
    "curl": BashLexer,
    "python": PythonLexer,
    "python-requests": PythonLexer,
    "javascript": JavascriptLexer,
    "node": JavascriptLexer,
    "json": JsonLexer,
}
# Five programs with a prompt of 32,000 short lines took 2.6 s and 1.8 MB of HTML.
_MAX_CHARACTERS: Final = 16_000
# The first row that contains a token decides.
_CLASSES: Final = (
    (Comment, "hl-comment"),
    (String, "hl-string"),
    (Number, "hl-number"),
    (Keyword.Constant, "hl-number"),
    (Keyword, "hl-keyword"),
    (Operator.Word, "hl-keyword"),
    (Name.Tag, "hl-name"),
    (Name.Attribute, "hl-name"),
    (Name.Variable, "hl-name"),
    (Name.Builtin, "hl-call"),
    (Name.Class, "hl-call"),
    (Name.Function, "hl-call"),
)


def highlight(text: str, language: str) -> Markup:
    """Return `text` as HTML whose text content is exactly `text`.

    `language` is the name of a program, or json. Other languages and very long texts have no spans.
    """
    if language not in _LEXERS or len(text) > _MAX_CHARACTERS:
        return escape(text)
    runs = groupby(_classified_tokens(text, language), key=lambda token: token[0])
    return Markup("").join(_span(name, "".join(value for _name, value in tokens)) for name, tokens in runs)


def _classified_tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    # get_tokens() would change line ends and drop a byte order mark.
    for _index, kind, value in _lexer(language).get_tokens_unprocessed(text):
        yield next((name for row, name in _CLASSES if kind in row), ""), value


@cache
def _lexer(language: str) -> Lexer:
    # The first instance of a class compiles its expressions.
    return _LEXERS[language]()


def _span(name: str, text: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(name, text) if name and text.strip() else escape(text)
