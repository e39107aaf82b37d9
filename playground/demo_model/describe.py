"""Describe a drawing or an edit in the prompt's language, and say that a program made it."""

from collections.abc import Sequence

from .paint.typography import shorten_text
from .prompt_parser import clean_text, is_chinese
from .registry import SCENES
from .scene import Scene

_MAX_PROMPT = 900  # characters of the prompt that are repeated

_TIMES = {
    "neon": ("in neon light", "霓虹灯光"),
    "night": ("at night", "夜晚"),
    "sunset": ("at sunset", "日落时分"),
    "dawn": ("at dawn", "清晨"),
    "day": ("by day", "白天"),
}
_WEATHERS = {"rain": ("in rain", "雨中"), "snow": ("in snow", "雪中"), "fog": ("in fog", "薄雾中")}
_STYLES = {
    "pixel": ("as pixel art", "像素风格"),
    "pencil": ("as a pencil drawing", "铅笔画"),
    "ink": ("as an ink wash", "水墨风格"),
    "watercolour": ("as a watercolour", "水彩风格"),
    "oil": ("in strokes of oil", "油画笔触"),
    "mono": ("in black and white", "黑白"),
    "bauhaus": ("in a Bauhaus manner", "包豪斯风格"),
    "vintage": ("as a faded print", "复古印刷风格"),
    "minimal": ("kept minimal", "极简风格"),
}
_DETAIL = (
    ("flat shapes", "平面图形"),
    ("with texture and light", "带有质感与光线"),
    ("with fine detail and grain", "带有精细细节与颗粒"),
)


def describe_drawing(prompt: str, scene: Scene, detail: int, lettering: tuple[str, ...]) -> str:
    """Return the prompt with the drawn content, in Chinese for Chinese prompts and else in English."""
    kind = SCENES[scene.kind]
    named = ((scene.time, _TIMES), (scene.weather, _WEATHERS), (scene.style, _STYLES))
    parts = [(kind.english, kind.chinese), *(table[name] for name, table in named if name), _DETAIL[detail]]
    words = [f"“{shorten_text(line)}”" for line in lettering]
    if scene.chinese:
        sentence = f"演示图，由程序绘制，并非模型生成：{'，'.join(part[1] for part in parts)}。"
        sentence += f"文字：{'、'.join(words)}。" if words else ""
        sentence += "" if scene.understood else "演示程序没有认出画面内容，因此画了抽象图形。"
    else:
        sentence = f"Demo drawing made by a program, not by a model: {', '.join(part[0] for part in parts)}."
        sentence += f" Lettering: {', '.join(words)}." if words else ""
        sentence += "" if scene.understood else " The demo knows no picture for these words, so it drew shapes."
    return _after_prompt(prompt, sentence, scene.chinese)


def describe_edit(prompt: str, changes: Sequence[tuple[str, str]], *, is_masked: bool) -> str:
    """Return the prompt and the changes made for it; each change is given in English and in Chinese."""
    chinese = is_chinese(clean_text(prompt))
    done = [change[chinese] for change in changes] or [("nothing changed", "没有改动")[chinese]]
    if chinese:
        where = "仅在蒙版标记处" if is_masked else "整幅画面"
        return _after_prompt(prompt, f"演示图，由程序而非模型编辑（{where}）：{'，'.join(done)}。", chinese)
    where = "only where the mask marks it" if is_masked else "the whole picture"
    return _after_prompt(
        prompt, f"Demo edit made by a program, not by a model ({where}): {', '.join(done)}.", chinese
    )


def _after_prompt(prompt: str, sentence: str, chinese: bool) -> str:
    start = shorten_text(clean_text(prompt), _MAX_PROMPT)
    if not start:
        return sentence
    stop = "" if start[-1] in ".!?…。！？" else "。" if chinese else "."
    return f"{start}{stop}{'' if chinese else ' '}{sentence}"
