"""The scenes that the demo can draw: their words, their painters, and how they are described."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from .paint.art import Art
from .scenes.animals import animal
from .scenes.food import food
from .scenes.graphics import abstract, infographic, interface, logo, pattern, poster
from .scenes.nature import forest, garden, mountains, sea, shanshui, space
from .scenes.people import portrait
from .scenes.places import architecture, city, interior, street
from .scenes.products import car, still_life
from .word_search import Vocabulary


@dataclass(frozen=True, slots=True)
class SceneType:
    """One kind of scene.

    `role`: a format says what the picture is, whatever it shows; a subject stands in front; a place fills it.
    `words` name it; `english` and `chinese` go into the revised prompt. `times` are its usual times of day.
    `letters_itself` when it sets quoted words on its own, `stands_free` when its subject needs no background.
    """

    role: Literal["format", "subject", "place"]
    paint: Callable[[Art], None]
    words: str
    english: str
    chinese: str
    times: tuple[str, ...] = ("day",)
    letters_itself: bool = True
    stands_free: bool = False


def _paint_poster(art: Art) -> None:
    """Paint a poster of shapes, or of the scene that the prompt wants on it."""
    content = art.scene.content
    # Bauhaus posters are shapes, whatever they advertise.
    if content is None or art.scene.style == "bauhaus":
        poster.paint(art)
    else:
        poster.paint_framed(art, SCENES[content].paint)


# In the order in which they win when a prompt only lists words.
SCENES: Final[dict[str, SceneType]] = {
    "poster": SceneType(
        "format", _paint_poster,
        "poster|flyer|leaflet|banner|billboard|book cover|album cover|magazine cover|invitation|greeting card|"
        "海报|传单|横幅|封面|请柬|贺卡|招贴",
        "a poster of geometric shapes", "几何图形海报", ("day", "sunset", "dawn"),
    ),
    "interface": SceneType(
        "format", interface.paint,
        "ui|user interface|interface|dashboard|app|app screen|mobile app|web app|website|web page|webpage|"
        "landing page|home page|homepage|login page|login screen|screenshot|wireframe|mockup|"
        "界面|仪表盘|仪表板|网页|网站|登录页|首页|应用|小程序|线框图|原型图",
        "a screen of an app with cards and charts", "带卡片与图表的应用界面",
    ),
    "infographic": SceneType(
        "format", infographic.paint,
        "infographic|chart|bar chart|pie chart|diagram|graph|flowchart|timeline|"
        "信息图|图表|流程图|示意图|柱状图|饼图|时间轴|数据图",
        "an infographic with numbered steps and charts", "带编号步骤与图表的信息图",
    ),
    "logo": SceneType(
        "format", logo.paint,
        "logo|logotype|emblem|app icon|icon|badge|favicon|brand mark|标志|徽标|图标|商标|徽章",
        "a simple emblem", "简洁的标志", stands_free=True,
    ),
    "pattern": SceneType(
        "format", pattern.paint,
        "pattern|seamless|wallpaper tile|textile|tileable|wrapping paper|图案|纹样|花纹|无缝|布料",
        "a repeating pattern", "重复的图案",
    ),
    "shanshui": SceneType(
        "format", shanshui.paint,
        "shan shui|shanshui|shan-shui|chinese landscape painting|chinese ink landscape|山水画|山水|水墨山水",
        "a Chinese ink landscape with an inscription and a seal", "带题字与印章的水墨山水", ("day", "dawn"),
    ),
    "portrait": SceneType(
        "subject", portrait.paint,
        "portrait|headshot|face|selfie|avatar|肖像|头像|人像|画像|自拍",
        "a flat portrait, head and shoulders", "扁平风格的半身肖像", stands_free=True,
    ),
    "animal": SceneType(
        "subject", animal.paint,
        "animal|pet|cat|kitten|kitty|dog|puppy|fox|rabbit|bunny|bear|panda|koala|"
        "动物|宠物|猫|猫咪|狗|小犬|狐狸|兔|熊|熊猫|考拉|橘猫",
        "a simple animal portrait", "简洁的动物头像", stands_free=True,
    ),
    "car": SceneType(
        "subject", car.paint,
        "car|convertible|sports car|automobile|sedan|coupe|roadster|supercar|suv|cabriolet|"
        "汽车|轿车|跑车|敞篷车|越野车|小汽车|超跑|老爷车|电动车",
        "a car seen from the side", "侧面的汽车", ("day", "sunset"), stands_free=True,
    ),
    "still_life": SceneType(
        "subject", still_life.paint,
        "vase|bottle|perfume|flask|jar|jug|teapot|pottery|ceramic|product|bouquet|lotion|cosmetic|"
        "花瓶|瓶|瓶子|香水|茶壶|陶瓷|陶器|罐|产品|商品|花束|化妆品",
        "a still life on a table", "桌上的静物", stands_free=True,
    ),
    "food": SceneType(
        "subject", food.paint,
        "coffee|latte|cappuccino|espresso|tea|cup|mug|food|dish|meal|breakfast|dinner|ramen|noodle|soup|rice bowl|"
        "cake|dessert|"
        "咖啡|拿铁|奶茶|茶|茶杯|杯子|马克杯|美食|食物|早餐|晚餐|拉面|面条|汤|米饭|蛋糕|甜点|火锅",
        "a table seen from above", "俯视的餐桌", stands_free=True,
    ),
    "space": SceneType(
        "place", space.paint,
        "space|outer space|galaxy|planet|nebula|cosmos|cosmic|universe|astronaut|spaceship|milky way|saturn|mars|"
        "太空|宇宙|星系|行星|星云|银河|宇航员|飞船|星球|火星|土星",
        "a planet among stars and nebulae", "星云间的行星", ("night",), letters_itself=False,
    ),
    "street": SceneType(
        "place", street.paint,
        "street|alley|alleyway|crosswalk|night market|shinjuku|shibuya|akihabara|tokyo|cyberpunk|"
        "街道|街头|小巷|巷子|街|夜市|马路|东京|赛博朋克|弄堂",
        "a street in perspective with signs and a wet road", "透视街景、招牌与湿润的路面", ("neon",),
    ),
    "garden": SceneType(
        "place", garden.paint,
        "garden|koi|koi pond|pond|bonsai|courtyard|flower|rose|tulip|sunflower|blossom|meadow|"
        "花园|庭院|锦鲤|鲤鱼|池塘|园林|盆景|花朵|鲜花|玫瑰|郁金香|向日葵|樱花|荷花|草地",
        "a garden around a pond", "环绕池塘的庭院", ("day", "dawn"), letters_itself=False,
    ),
    "sea": SceneType(
        "place", sea.paint,
        "sea|ocean|beach|coast|wave|island|sailboat|harbor|harbour|surf|seaside|shore|"
        "大海|海边|海滩|沙滩|海洋|海岸|海浪|海岛|岛屿|帆船|港口|海",
        "the sea up to the horizon", "直到天际的海面", ("day", "sunset", "dawn"), letters_itself=False,
    ),
    "forest": SceneType(
        "place", forest.paint,
        "forest|wood|jungle|tree|pine|birch|bamboo|森林|树林|树木|丛林|竹林|松树|白桦|大树",
        "tree trunks in layers of mist", "薄雾中层层的树林", ("day", "dawn"), letters_itself=False,
    ),
    "mountains": SceneType(
        "place", mountains.paint,
        "mountain|peak|summit|alps|hill|valley|lake|glacier|volcano|landscape|scenery|fuji|mount fuji|waterfall|"
        "山|群山|湖|湖泊|湖面|雪峰|峡谷|冰川|火山|风景|瀑布",
        "mountain ridges in layers", "层层山峦", ("dawn", "day", "sunset"), letters_itself=False,
    ),
    "interior": SceneType(
        "place", interior.paint,
        "interior|room|living room|bedroom|kitchen|office|library|coffee shop|cafe|café|window seat|sofa|"
        "室内|房间|客厅|卧室|厨房|办公室|图书馆|书房|咖啡馆|咖啡店|咖啡厅|茶馆|沙发",
        "a room with a large window", "有大窗的房间",
    ),
    "architecture": SceneType(
        "place", architecture.paint,
        "architecture|building|house|villa|museum|temple|pavilion|cabin|tower|castle|church|bridge|"
        "建筑|房子|别墅|博物馆|寺庙|亭子|小屋|木屋|城堡|教堂|大桥|小桥",
        "a house of plain volumes", "简洁体块的建筑", ("sunset", "day", "night"), letters_itself=False,
    ),
    "city": SceneType(
        "place", city.paint,
        "city|skyline|downtown|skyscraper|metropolis|new york|shanghai|hong kong|manhattan|cityscape|"
        "城市|天际线|都市|摩天|摩天楼|上海|香港|纽约|外滩|楼群",
        "a skyline in layers", "层层的城市天际线", ("night", "sunset", "dawn"), letters_itself=False,
    ),
    "abstract": SceneType(
        "place", abstract.paint,
        "abstract|background|gradient|fluid|texture|抽象|背景|渐变|流体|纹理",
        "flowing abstract bands", "流动的抽象色带",
    ),
}  # fmt: skip


def scene_words(*roles: str) -> Vocabulary:
    """Return the words of all scenes of these roles."""
    return {name: scene.words for name, scene in SCENES.items() if scene.role in roles}
