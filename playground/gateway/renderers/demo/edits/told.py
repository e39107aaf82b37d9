"""Tells in the prompt's language what the demo changed, so that nobody takes it for a model's work."""

from ..lettering import shorten
from ..reading import clean
from .easel import Easel

_LONGEST = 900


def told(prompt: str, easel: Easel) -> str:
    """The prompt and what was done about it."""
    chinese = easel.wish.scene.chinese
    deeds = [deed[chinese] for deed in easel.deeds] or [("nothing changed", "没有改动")[chinese]]
    start = shorten(clean(prompt), _LONGEST)
    if chinese:
        where = "仅在蒙版标记处" if easel.marked is not None else "整幅画面"
        sentence = f"演示图，由程序而非模型编辑（{where}）：{'，'.join(deeds)}。"
        return f"{start}{'' if not start or start[-1] in '.!?…。！？' else '。'}{sentence}"
    where = "only where the mask marks it" if easel.marked is not None else "the whole picture"
    sentence = f"Demo edit made by a program, not by a model ({where}): {', '.join(deeds)}."
    return f"{start}{'' if not start or start[-1] in '.!?…。' else '.'} {sentence}".strip()
