"""Words for details, times, weather, styles and colours, English and Chinese, in the order they win.

The words for scenes stand in `registry`.
"""

from .word_search import Vocabulary

PEOPLE: Vocabulary = {
    "person": "man|men|woman|women|girl|boy|person|people|lady|child|children|model|figure|traveler|traveller|"
    "fisherman|samurai|warrior|knight|king|queen|princess|wizard|dancer|chef|doctor|student|couple|friend|character|hero|"
    "男人|女人|女孩|男孩|人物|少女|少年|老人|小孩|孩子|美女|女子|男子|行人|旅人|渔夫|武士|侠客|公主|舞者|厨师|角色|情侣"
}

# Words after the head noun that add nothing to it ("a cat photo"), and adjectives that do not change the subject.
FORM_WORDS = (
    "photo|photograph|photography|picture|image|painting|illustration|drawing|artwork|art|render|rendering|shot|design|"
    "concept|close-up|closeup|look|visual|wallpaper|style|version|silhouette|piece|beautiful|stunning|detailed|realistic|"
    "photorealistic|cinematic|flat|vector|3d|4k|8k|hd|aerial|wide|macro|panoramic|dramatic|epic|cute|tiny|small|"
    "big|large|huge|quiet|serene|peaceful|calm|"
    "照片|壁纸|图片|图像|插画|插图|画面|画|图|特写|写真|摄影|设计|艺术|风格|竖版|横版|远处|附近|周围|上|里|中|下|旁|边|前|后|间|子|儿|们"
)
# Nouns that name no thing of their own: "a view of the sea", "a quiet morning at the lake".
MOOD_WORDS = (
    "view|scene|landscape|scenery|environment|setting|atmosphere|mood|light|lighting|sky|reflection|glow|moment|path|"
    "trail|road|highway|season|spring|summer|autumn|sun|moon|rise|set|cloud|"
    "场景|风景|风光|景色|景观|夜景|全景|光|光影|倒影|天空|公路|小路|小径|路|氛围|意境|春天|夏天|秋天|春|夏|秋"
)

# Details of a scene besides its subject.
DETAILS: Vocabulary = {
    "sunflower": "sunflower|向日葵",
    "flower": "flower|rose|tulip|bouquet|blossom|floral|peony|daisy|sakura|cherry blossom|花朵|"
    "鲜花|花束|玫瑰|郁金香|樱花|牡丹|雏菊|花",
    "lake": "lake|reflection|river|湖|河|倒影",
    "snowcap": "snow mountain|snow-capped|snowy mountain|snowy peak|alps|glacier|fuji|雪山|雪峰|冰川|富士山",
    "pine": "pine|forest|spruce|fir|woods|松|森林|树林",
    "koi": "koi|carp|fish|锦鲤|鲤鱼|金鱼|鱼",
    "pond": "pond|pool|池塘|水池|池",
    "japanese": "japanese|japan|zen|kyoto|tokyo|日式|日本|禅|京都|东京",
    "bridge": "bridge|桥",
    "sea": "sea|ocean|coast|beach|seaside|海",
    "convertible": "convertible|roadster|cabriolet|敞篷",
    "boat": "boat|sailboat|ship|yacht|船|帆船|舟",
    "palm": "palm|tropical|coconut|棕榈|椰",
    "bamboo": "bamboo|竹",
    # Turns rings on; without the word the planet has them in two pictures of three.
    "rings": "saturn|rings|土星",
    "cup": "cup|mug|coffee|latte|espresso|cappuccino|tea|杯|咖啡|拿铁|茶",
    # Besides cup: with tea alone the cup holds tea.
    "coffee": "coffee|latte|espresso|cappuccino|咖啡|拿铁",
    "tea": "tea|茶",
    "bottle": "bottle|perfume|flask|lotion|wine|瓶子|香水|酒瓶|瓶装",
    "bowl": "ramen|noodle|soup|bowl|拉面|面条|汤|碗|火锅|米饭",
    "cake": "cake|dessert|pastry|蛋糕|甜点|糕点",
    "dog": "dog|puppy|狗|犬",
    "fox": "fox|狐狸",
    "rabbit": "rabbit|bunny|兔",
    "panda": "panda|熊猫",
    "bear": "bear|koala|熊|考拉",
    "hat": "hat|cap|beret|帽",
    "glasses": "glasses|sunglasses|眼镜|墨镜",
    "man": "man|boy|male|gentleman|男人|男孩|男子|男性|少年",
    "umbrella": "umbrella|伞",
    "sun": "sun|sunny|sunlight|太阳|阳光",
    "morning": "morning|sunrise|早安|早晨|清晨|早上",
    "wave": "wave|seigaiha|波浪|海浪|水纹",
    "leaf": "leaf|leaves|botanical|plant|叶|植物",
    "plant": "plant|houseplant|monstera|绿植|植物|盆栽",
}

TIMES: Vocabulary = {
    "neon": "neon|cyberpunk|synthwave|vaporwave|霓虹|赛博朋克|蒸汽波",
    "night": "night|midnight|moonlit|moonlight|nocturnal|starry|夜|夜晚|晚上|深夜|午夜|月光|星空",
    "sunset": "sunset|dusk|golden hour|evening|twilight|日落|黄昏|傍晚|夕阳|晚霞|暮色",
    "dawn": "dawn|sunrise|morning|daybreak|黎明|日出|清晨|早晨|晨|拂晓",
    "day": "day|daytime|noon|sunny|blue sky|midday|白天|正午|晴天|阳光|蓝天|午后",
}

WEATHERS: Vocabulary = {
    "rain": "rain|rainy|raining|storm|puddle|drizzle|wet|雨|积水|水洼|暴风",
    "snow": "snowing|snowy|snowfall|winter|snow|blizzard|下雪|冬|雪",
    "fog": "fog|foggy|mist|misty|haze|hazy|smoky|雾|薄雾|烟雨|朦胧|云海",
}

STYLES: Vocabulary = {
    "pixel": "pixel art|pixel|8-bit|16-bit|像素",
    "pencil": "pencil|sketch|charcoal|line drawing|hand-drawn|铅笔|素描|速写|手绘",
    "ink": "ink wash|ink painting|sumi-e|shui-mo|水墨|国画|山水画",
    "watercolour": "watercolour|watercolor|aquarelle|gouache|水彩",
    "oil": "oil painting|impasto|impressionist|impressionism|van gogh|油画|印象派",
    "mono": "black and white|black-and-white|monochrome|grayscale|greyscale|noir|黑白|单色",
    "bauhaus": "bauhaus|swiss style|constructivist|geometric|包豪斯|几何",
    "vintage": "vintage|retro|old-fashioned|1920s|1950s|1960s|1970s|复古|怀旧|老式|做旧",
    "minimal": "minimal|minimalist|minimalism|simple|clean|极简|简约|简洁",
}

COLOURS: Vocabulary = {
    "navy": "navy|dark blue|深蓝|藏青|藏蓝",
    "turquoise": "turquoise|teal|cyan|aqua|青色|青绿|湖蓝|蓝绿",
    "orange": "orange|amber|tangerine|橙|橘|琥珀",
    "cream": "cream|beige|ivory|米色|奶油|米白|象牙",
    "red": "red|crimson|scarlet|vermilion|红|朱",
    "gold": "gold|golden|金色|金黄|鎏金",
    "yellow": "yellow|mustard|黄",
    "mint": "mint|sage|薄荷|浅绿",
    "green": "green|emerald|olive|绿|翠",
    "blue": "blue|azure|cobalt|蓝",
    "purple": "purple|violet|lavender|lilac|紫",
    "pink": "pink|magenta|rose gold|blush|粉",
    "brown": "brown|chocolate|terracotta|sepia|棕|褐|赭",
    "black": "black|jet|黑",
    "white": "white|snow-white|白色|纯白|洁白",
    "grey": "grey|gray|silver|灰|银色",
}
