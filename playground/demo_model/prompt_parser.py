"""Parse a prompt: what to show, when, in which weather, style and colours, and which words to set.

The head noun decides what is shown: "red convertible on a coast road" is a car, whatever stands around it. A head
noun that the demo does not know leads to an abstract picture rather than to a picture of its surroundings.
"""

import re
from typing import Final

from .quotes import find_quotes, remove_quotes
from .registry import SCENES, scene_words
from .scene import Scene
from .vocabulary import COLOURS, DETAILS, FORM_WORDS, MOOD_WORDS, PEOPLE, STYLES, TIMES, WEATHERS
from .word_search import find_earliest, find_first, find_positions, word_pattern

# Of the 32,000 that the API takes: a subject stands near the start, and every pattern searches the whole text.
MAX_CHARACTERS: Final = 8_000
# Thousands of clauses, or one of thousands of words, would take seconds; no sentence needs more.
_MAX_CLAUSES, _MAX_CLAUSE = 40, 300
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
# Lists of tags in Chinese are often separated by spaces only, so one between two Han characters ends a clause.
_CLAUSES = re.compile(r"[,.;:!?()|，。；：！？、（）\n]+| - |(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_COMMAND = re.compile(
    r"^\s*(?:(?:please|kindly|now|can you|could you|i want|i need|i would like|i'd like|give|show|let's|to|me|us|"
    r"draw|paint|create|generate|make|design|render|imagine|produce|add|put|place|insert|it|look|like)\b\s*)+"
    r"|^\s*(?:请|帮我|给我|我要|我想要|画|绘制|生成|制作|创作|设计|来|添加|加上|加|放|做)+(?=[一个张幅只座])"
)
_JOINS = re.compile(r"\bof\b|\band\b|\bor\b|&|[和与及]")
_ADJUNCT = re.compile(
    r"\b(?:in|on|at|with|by|near|under|over|above|below|behind|beside|before|against|through|along|from|into|onto|"
    r"inside|outside|between|among|amid|across|around|during|for|about|featuring|showing|as|without|while|where|who|"
    r"that|which|is|are|has|having|wearing|overlooking)\b"
)
# The words in front are nouns that end like a participle.
_PARTICIPLE = re.compile(r"\b(?!morning|evening|building|painting|king|ring|spring|wedding)[a-z]{3,}(?:ing|ed)\b")
_ARTICLE = r"\b(?:a|an|the|one|two|three|four|five|some|several|my|his|her|our|their|this|that)\b"
_COUNT_ZH = r"[一两三四五六几数多][只个位名辆条座幅张朵杯碗群片间栋艘台架头匹盘束瓶块款套份把枚棵株颗件对双种]"
_DETERMINER = re.compile(rf"^\s*(?:{_ARTICLE}|{_COUNT_ZH})")
# 在 and a verb before it, or a verb with 着: what stands before is the subject, what follows its surroundings.
_ADJUNCT_ZH = re.compile(
    r"(?:[坐站躺停飞走跑趴蹲漂立开放摆]|行驶|奔跑|行走|漂浮|飞翔)?在|[穿戴拿抱骑望看捧牵放摆]着|骑(?!士)"
)
_HEADS: Final = {**scene_words("format", "subject", "place"), "person": "|".join(PEOPLE.values())}
_COLOURS: Final = "|".join(COLOURS.values())
_MOODS: Final = "|".join([MOOD_WORDS, *TIMES.values(), *WEATHERS.values()])
_EMPTY_WORDS: Final = "|".join([_MOODS, FORM_WORDS, *STYLES.values()])
_FILLER = re.compile(
    "|".join((_ARTICLE, _COUNT_ZH, r"[\s\d'’\-的]", word_pattern(f"{_EMPTY_WORDS}|{_COLOURS}").pattern))
)


def clean_text(text: str) -> str:
    """Drop lone surrogates and control characters, and join spaces."""
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def is_chinese(text: str) -> bool:
    """Return whether a text has Han characters and no kana, which would make it Japanese."""
    return bool(_HAN.search(text)) and not _KANA.search(text)


def parse_prompt(prompt: str) -> Scene:
    """Parse any prompt at all; what is not understood becomes an abstract picture."""
    # Cut first, or cleaning a huge prompt takes long; five times the limit, since cleaning joins spaces.
    text = clean_text(prompt[: MAX_CHARACTERS * 5])
    quoted = find_quotes(text)
    plain = remove_quotes(text)[:MAX_CHARACTERS].lower()
    kind = find_kind(plain)
    colours = find_positions(COLOURS, plain)
    return Scene(
        # A prompt of nothing but quoted words asks for lettering, which a poster can do.
        kind=kind or ("poster" if quoted else "abstract"),
        details=frozenset(find_positions(DETAILS, plain)),
        quoted_details=frozenset(find_positions(DETAILS, " ".join(quoted)[:MAX_CHARACTERS].lower())),
        time=find_first(TIMES, plain),
        # "Snowy mountain" names a peak, not falling snow.
        weather=find_first(WEATHERS, word_pattern(DETAILS["snowcap"]).sub(" ", plain)),
        style=find_first(STYLES, plain),
        colours=tuple(sorted(colours, key=colours.__getitem__)),
        quotes=quoted,
        chinese=is_chinese(text),
        understood=kind is not None,
        content=_content(plain) if kind and SCENES[kind].role == "format" else None,
        cut_out="transparent" in plain or "透明" in plain,
    )


def find_kind(text: str) -> str | None:
    """Return the scene that the head noun names; None when the demo does not know it.

    A clause without a noun of its own leaves the choice to what stands around it, then to the next clause. When no
    clause has a head noun, as in a list of tags, formats win over subjects over places, and the first named wins.
    """
    clauses = [clause[:_MAX_CLAUSE] for clause in _CLAUSES.split(text) if clause.strip()][:_MAX_CLAUSES]
    is_list = len(clauses) > 1
    for clause in clauses:
        head, surroundings, is_noun = _split_clause(_COMMAND.sub("", clause))
        kind = _kind_of(head)
        if kind == "portrait" and word_pattern(SCENES["animal"].words).search(head):
            kind = "animal"  # a portrait of a cat shows the cat
        # "A beautiful view of the sea": the head says nothing about the subject, so the words around it decide.
        if kind is None and (not _FILLER.sub("", head) or word_pattern(_MOODS, "$").search(head.rstrip())):
            kind = next(filter(None, map(_kind_of, surroundings)), None)
            is_noun, is_list = False, True
        if kind and SCENES[kind].role == "place" and not _DETERMINER.search(clause):
            return _counted_subject(clauses) or kind
        if kind or is_noun:
            return kind
    if not is_list:
        return None
    words = (find_earliest(scene_words(role), text) for role in ("format", "subject", "place"))
    return next(filter(None, words), None) or ("portrait" if find_first(PEOPLE, text) else None)


def _counted_subject(clauses: list[str]) -> str | None:
    """Return the first subject with an article or a number: "coast road, a red convertible" names the place first."""
    counted = (_split_clause(clause)[0] for clause in clauses if _DETERMINER.search(clause))
    return next((kind for kind in map(_kind_of, counted) if kind and SCENES[kind].role == "subject"), None)


def _split_clause(clause: str) -> tuple[str, list[str], bool]:
    """Return the phrase with the head noun, the phrases around it, and whether the former must hold a noun."""
    is_counted = bool(_DETERMINER.search(clause))
    if not _HAN.search(clause):
        head, *rest = _ADJUNCT.split(clause)
        return head, rest, is_counted or bool(rest)
    match = _ADJUNCT_ZH.search(clause)
    before = clause[: match.start()] if match else ""
    rest = []
    if match and _FILLER.sub("", before):
        rest, clause = [clause[match.end() :]], before
    *owners, head = clause.split("的")
    return (
        head,
        [*reversed(owners), *rest],
        is_counted or bool(rest) or any(re.search("[上里中下旁边]$", o) for o in owners),
    )


def _kind_of(phrase: str) -> str | None:
    """Return the scene whose word ends the phrase, or ends it before a participle ("a cat sleeping")."""
    if (kind_of_format := find_earliest(scene_words("format"), phrase)) is not None:
        return kind_of_format  # "logo ideas" is a logo, too
    for part in _JOINS.split(phrase):
        cuts = [part[: match.start()] for match in _PARTICIPLE.finditer(part)]
        for candidate in (*cuts, part):
            kind = _kind_at_end(candidate.rstrip())
            if kind:
                return kind
    return None


def _kind_at_end(phrase: str) -> str | None:
    while _FILLER.sub("", shorter := word_pattern(_EMPTY_WORDS, "$").sub("", phrase).rstrip()) and shorter != phrase:
        phrase = shorter
    ends = {
        name: match.start() for name, words in _HEADS.items() if (match := word_pattern(words, "$").search(phrase))
    }
    name = min(ends, key=ends.__getitem__, default=None)  # "coffee shop" wins over "shop"
    return "portrait" if name == "person" else name


def _content(text: str) -> str | None:
    """Return the content of a poster or logo: the first subject or place named, if any."""
    for words in scene_words("format").values():
        text = word_pattern(words).sub(" ", text)
    kind = find_earliest(scene_words("subject"), text) or find_earliest(scene_words("place"), text)
    return None if kind == "abstract" else kind
