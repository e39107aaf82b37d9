"""The words the demo understands, English and Chinese side by side, in the order they win."""

from collections.abc import Mapping

type Vocabulary = Mapping[str, str]
# An entry's words are separated by "|"; English ones may be plural, Chinese ones match anywhere.

# Formats say what the picture is, whatever it shows.
FORMATS: Vocabulary = {
    "poster": "poster|flyer|leaflet|banner|billboard|book cover|album cover|magazine cover|"
    "invitation|greeting card|"
    "海报|传单|横幅|封面|请柬|贺卡|招贴",
    "emblem": "logo|logotype|emblem|app icon|icon|badge|favicon|brand mark|标志|徽标|图标|商标|徽章",
    "pattern": "pattern|seamless|wallpaper tile|textile|tileable|wrapping paper|图案|纹样|花纹|无缝|壁纸|布料",
}

# Subjects stand in front; the first one named wins.
SUBJECTS: Vocabulary = {
    "portrait": "portrait|headshot|face|selfie|avatar|肖像|头像|人像|画像|自拍",
    "animal": "animal|pet|cat|kitten|kitty|dog|puppy|fox|rabbit|bunny|bear|panda|owl|tiger|"
    "lion|mouse|wolf|koala|"
    "动物|宠物|猫|狗|小犬|狐狸|兔|熊|熊猫|猫头鹰|老虎|狮子|狼|考拉|橘猫",
    "vessel": "vase|bottle|perfume|flask|jar|jug|teapot|pottery|ceramic|product|bouquet|lotion|cosmetic|"
    "花瓶|瓶|香水|茶壶|陶瓷|陶器|罐|产品|商品|花束|化妆品",
    "table": "coffee|latte|cappuccino|espresso|tea|cup|mug|food|dish|meal|breakfast|dinner|"
    "ramen|noodle|soup|rice bowl|"
    "pizza|cake|dessert|sushi|bread|fruit|dumpling|"
    "咖啡|拿铁|奶茶|茶杯|杯子|马克杯|美食|食物|早餐|晚餐|拉面|面条|汤|米饭|披萨|蛋糕|甜点|寿司|面包|水果|饺子|火锅",
}

# Places fill the picture.
PLACES: Vocabulary = {
    "space": "space|galaxy|planet|nebula|cosmos|cosmic|universe|astronaut|spaceship|milky way|saturn|mars|"
    "太空|宇宙|星系|行星|星云|银河|宇航员|飞船|星球|火星|土星",
    "street": "street|alley|road|crosswalk|night market|shinjuku|shibuya|akihabara|tokyo|cyberpunk|"
    "街道|街头|小巷|巷子|街|夜市|马路|东京|赛博朋克|弄堂",
    "garden": "garden|koi|pond|bonsai|courtyard|flower|rose|tulip|sunflower|blossom|meadow|"
    "花园|庭院|锦鲤|鲤鱼|池塘|园林|盆景|花朵|鲜花|玫瑰|郁金香|向日葵|樱花|荷花|草地",
    "sea": "sea|ocean|beach|coast|wave|island|sailboat|lighthouse|harbor|harbour|surf|"
    "大海|海边|海滩|沙滩|海洋|海岸|海浪|海岛|岛屿|帆船|灯塔|港口|海",
    "desert": "desert|dune|sahara|cactus|camel|沙漠|沙丘|仙人掌|骆驼|戈壁",
    "forest": "forest|wood|jungle|tree|pine|birch|bamboo|森林|树林|树木|丛林|竹林|松树|白桦|大树",
    "mountains": "mountain|peak|summit|alps|hill|valley|lake|glacier|volcano|landscape|scenery|fuji|waterfall|"
    "山|湖|雪峰|峡谷|冰川|火山|风景|山水|瀑布",
    "interior": "interior|room|living room|bedroom|kitchen|office|library|coffee shop|cafe|"
    "café|window seat|sofa|"
    "室内|房间|客厅|卧室|厨房|办公室|图书馆|书房|咖啡馆|咖啡店|沙发",
    "architecture": "architecture|building|house|villa|museum|temple|pavilion|cabin|tower|castle|church|bridge|"
    "建筑|房子|别墅|博物馆|寺庙|亭子|小屋|城堡|教堂|大桥",
    "city": "city|skyline|downtown|skyscraper|metropolis|new york|shanghai|hong kong|manhattan|"
    "城市|天际线|都市|摩天|上海|香港|纽约|外滩|楼群",
    "abstract": "abstract|background|gradient|fluid|texture|抽象|背景|渐变|流体|纹理",
}

PEOPLE: Vocabulary = {
    "person": "man|woman|girl|boy|person|people|lady|child|model|figure|traveler|traveller|"
    "男人|女人|女孩|男孩|人物|少女|少年|老人|小孩|美女|女子|男子|行人|旅人",
}

# What else a composition may show when it has room for it.
THINGS: Vocabulary = {
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
    "boat": "boat|sailboat|ship|yacht|船|帆船|舟",
    "palm": "palm|tropical|coconut|棕榈|椰",
    "lighthouse": "lighthouse|灯塔",
    "bamboo": "bamboo|竹",
    "path": "path|trail|road|小路|小径|路",
    "cactus": "cactus|cacti|仙人掌",
    "camel": "camel|caravan|骆驼|驼队",
    "rings": "saturn|rings|土星",
    "cup": "cup|mug|coffee|latte|espresso|cappuccino|tea|杯|咖啡|拿铁|茶",
    "coffee": "coffee|latte|espresso|cappuccino|咖啡|拿铁",
    "tea": "tea|茶",
    "bottle": "bottle|perfume|flask|lotion|wine|瓶子|香水|酒瓶|瓶装",
    "bowl": "ramen|noodle|soup|bowl|拉面|面条|汤|碗|火锅|米饭",
    "fruit": "fruit|orange|lemon|apple|strawberry|水果|橙子|柠檬|苹果|草莓",
    "cake": "cake|dessert|pastry|蛋糕|甜点|糕点",
    "dog": "dog|puppy|狗|犬",
    "fox": "fox|狐狸",
    "rabbit": "rabbit|bunny|兔",
    "panda": "panda|熊猫",
    "bear": "bear|koala|熊|考拉",
    "owl": "owl|猫头鹰",
    "tiger": "tiger|lion|老虎|狮子|虎",
    "hat": "hat|cap|beret|帽",
    "glasses": "glasses|sunglasses|眼镜|墨镜",
    "man": "man|boy|male|gentleman|男人|男孩|男子|男性|少年",
    "umbrella": "umbrella|伞",
    "moon": "moon|moonlit|月",
    "sun": "sun|sunny|sunlight|太阳|阳光",
    "star": "star|starry|milky way|星空|繁星|银河",
    "morning": "morning|sunrise|早安|早晨|清晨|早上",
    "music": "music|jazz|concert|festival|音乐|爵士|音乐会|音乐节",
    "wave": "wave|seigaiha|波浪|海浪|水纹",
    "leaf": "leaf|leaves|botanical|plant|叶|植物",
    "window": "window|窗",
    "plant": "plant|houseplant|monstera|绿植|植物|盆栽",
}

TIMES: Vocabulary = {
    "neon": "neon|cyberpunk|synthwave|vaporwave|霓虹|赛博朋克|蒸汽波",
    "night": "night|midnight|moonlit|moonlight|nocturnal|starry|夜|深夜|午夜|月光|星空",
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
