"""Tells in the prompt's own language what the demo drew, so that nobody takes it for a model's work."""

from .lettering import shorten
from .reading import Scene, clean

_LONGEST = 900

_KINDS = {
    "poster": ("a poster of geometric shapes", "几何图形海报"),
    "emblem": ("a simple emblem", "简洁的标志"),
    "pattern": ("a repeating pattern", "重复的图案"),
    "portrait": ("a flat portrait, head and shoulders", "扁平风格的半身肖像"),
    "animal": ("a simple animal portrait", "简洁的动物头像"),
    "vessel": ("a still life on a table", "桌上的静物"),
    "table": ("a table seen from above", "俯视的餐桌"),
    "space": ("a planet among stars and nebulae", "星云间的行星"),
    "street": ("a street in perspective with signs and a wet road", "透视街景、招牌与湿润的路面"),
    "garden": ("a garden around a pond", "环绕池塘的庭院"),
    "sea": ("the sea up to the horizon", "直到天际的海面"),
    "desert": ("dunes in low light", "低光下的沙丘"),
    "forest": ("tree trunks in layers of mist", "薄雾中层层的树林"),
    "mountains": ("mountain ridges in layers", "层层山峦"),
    "interior": ("a room with a large window", "有大窗的房间"),
    "architecture": ("a house of plain volumes", "简洁体块的建筑"),
    "city": ("a skyline in layers", "层层的城市天际线"),
    "abstract": ("flowing abstract bands", "流动的抽象色带"),
}
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


def revised(prompt: str, scene: Scene, detail: int, lettering: tuple[str, ...]) -> str:
    """The prompt made fuller, in Chinese for Chinese prompts and else in English."""
    return _chinese(prompt, scene, detail, lettering) if scene.chinese else _english(prompt, scene, detail, lettering)


def _english(prompt: str, scene: Scene, detail: int, lettering: tuple[str, ...]) -> str:
    parts = [*_parts(scene, 0), _DETAIL[detail][0]]
    told = f"Demo drawing made by a program, not by a model: {', '.join(parts)}."
    if lettering:
        told += f" Lettering: {', '.join(f'“{shorten(words)}”' for words in lettering)}."
    if not scene.understood:
        told += " The demo knows no picture for these words, so it drew shapes."
    start = _start(prompt)
    return f"{start}{'' if not start or start[-1] in '.!?…。' else '.'} {told}".strip()


def _chinese(prompt: str, scene: Scene, detail: int, lettering: tuple[str, ...]) -> str:
    parts = [*_parts(scene, 1), _DETAIL[detail][1]]
    told = f"演示图，由程序绘制，并非模型生成：{'，'.join(parts)}。"
    if lettering:
        told += f"文字：{'、'.join(f'“{shorten(words)}”' for words in lettering)}。"
    if not scene.understood:
        told += "演示程序没有认出画面内容，因此画了抽象图形。"
    start = _start(prompt)
    return f"{start}{'' if not start or start[-1] in '.!?…。！？' else '。'}{told}"


def _parts(scene: Scene, language: int) -> list[str]:
    parts = [_KINDS[scene.kind][language]]
    for name, told in ((scene.time, _TIMES), (scene.weather, _WEATHERS), (scene.style, _STYLES)):
        if name is not None:
            parts.append(told[name][language])
    return parts


def _start(prompt: str) -> str:
    return shorten(clean(prompt), _LONGEST)
