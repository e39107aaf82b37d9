r"""Groups in a prompt: `a {red|blue} fox` stands for two prompts. `\{`, `\|`, `\}` and `\\` are the characters alone.

Braces without a bar between them are text, so that prompts with JSON stay as they are.
"""

import re
from itertools import product
from math import prod
from typing import Final

_PIECE: Final = re.compile(r"\\[{}|\\]|[{}|]|[^\\{}|]+|\\", re.DOTALL)


class NestedGroupError(ValueError):
    """A group stands inside another one."""


def parse_groups(text: str) -> list[list[str]]:
    """Return the parts of a prompt in order: one text, or the different alternatives of a group.

    Raises NestedGroupError.
    """
    parts: list[list[str]] = [[""]]
    group: list[str] | None = None
    # The group as it was typed, for one that turns out to be text.
    typed = ""
    for piece in _PIECE.findall(text):
        literal = piece[-1] if len(piece) == 2 and piece[0] == "\\" else piece
        if piece == "{" and group is None:
            group, typed = [""], "{"
        elif group is None:
            parts[-1][-1] += literal
        elif piece == "{":
            if len(group) > 1:
                raise NestedGroupError
            # Braces around a group are text, as in JSON.
            parts[-1][-1] += typed
            group, typed = [""], "{"
        elif piece == "}":
            if len(group) > 1:
                parts += [list(dict.fromkeys(group)), [""]]
            else:
                parts[-1][-1] += typed + piece
            group = None
        elif piece == "|":
            group.append("")
            typed += piece
        else:
            group[-1] += literal
            typed += literal
    if group is not None:
        parts[-1][-1] += typed
    return [part for part in parts if part != [""]]


def count_prompts(parts: list[list[str]]) -> int:
    """Return how many prompts the parts stand for."""
    return prod(len(part) for part in parts)


def expand_groups(parts: list[list[str]]) -> list[str]:
    """Return every prompt, the last group fastest."""
    return ["".join(chosen) for chosen in product(*parts)]
