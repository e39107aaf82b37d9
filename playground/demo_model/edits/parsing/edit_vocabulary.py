"""Words for edits, English and Chinese side by side; entries win in their order."""

from typing import Final

from ...word_search import Vocabulary

# Changes to the whole marked area. Styles of `styles.STYLES` keep their names.
LOOKS: Final[Vocabulary] = {
    "pixel": "pixel art|pixelate|pixelated|pixel style|8-bit|16-bit|像素",
    "pencil": "pencil|sketch|charcoal|line drawing|line art|铅笔|素描|速写|线稿|手绘",
    "ink": "ink wash|ink painting|sumi-e|水墨|国画",
    "watercolour": "watercolour|watercolor|aquarelle|gouache|水彩",
    "oil": "oil painting|oil paint|impasto|impressionist|impressionism|van gogh|painterly|油画|印象派|梵高",
    "mono": "black and white|black-and-white|black & white|monochrome|grayscale|greyscale|noir|desaturate|"
    "remove the colour|remove the color|黑白|单色|灰度|去色",
    "sepia": "sepia|old photo|old photograph|daguerreotype|老照片|旧照片|棕褐色调",
    "vintage": "vintage|retro|faded|old-fashioned|polaroid|film look|复古|怀旧|做旧|胶片",
    "flat": "poster style|posterize|posterise|pop art|flat|flat illustration|vector|cartoon|anime|comic|"
    "海报风格|海报化|波普|扁平|矢量|卡通|动漫|漫画|插画",
    "neon": "neon|cyberpunk|synthwave|霓虹|赛博朋克",
    "night": "night|nighttime|night-time|midnight|moonlit|moonlight|夜晚|夜景|夜间|深夜|黑夜|晚上|夜",
    "sunset": "sunset|dusk|golden hour|evening light|sunrise|日落|黄昏|傍晚|夕阳|晚霞|日出|金色时刻",
    "autumn": "autumn|autumnal|fall colours|fall colors|fall foliage|秋",
    "snow": "snow|snowy|snowing|snowfall|winter|wintry|下雪|雪|冬",
    "rain": "rain|rainy|raining|storm|stormy|雨|暴风",
    "fog": "fog|foggy|mist|misty|haze|hazy|雾|朦胧",
    "warm": "warm|warmer|cozy|cosy|暖",
    "cold": "cold|colder|cool|cooler|chilly|bluish|冷色|冷调|冷",
    "blur": "blur|blurry|blurred|bokeh|out of focus|shallow depth of field|模糊|虚化|景深",
    "sharpen": "sharpen|sharper|sharp|crisp|enhance|restore|clearer|upscale|deblur|锐化|清晰|修复|增强",
    "brighten": "brighten|brighter|lighten|lighter|bright|提亮|变亮|更亮|调亮|亮一点|亮一些",
    "darken": "darken|darker|dim|dimmer|变暗|更暗|调暗|压暗|暗一点|暗一些",
    "vivid": "vivid|vibrant|saturate|saturated|more colourful|more colorful|鲜艳|饱和|艳丽",
    "contrast": "contrast|对比",
    "invert": "invert|inverted|negative|反相|反色|负片|底片",
}

PROPS: Final[Vocabulary] = {
    "crown": "crown|tiara|coronet|皇冠|王冠|金冠|小冠|冠冕",
    "glasses": "sunglasses|glasses|spectacles|shades|墨镜|太阳镜|眼镜",
    "hat": "top hat|hat|cap|fedora|beanie|礼帽|帽子|草帽|帽",
    "heart": "heart|爱心|心形|红心|桃心",
    "star": "star|星星|五角星|星形",
    "moon": "moon|crescent|月亮|月牙|弯月|明月",
    "balloon": "balloon|气球",
    "flower": "flower|daisy|blossom|rose|bouquet|花朵|小花|鲜花|雏菊|玫瑰|一朵花|花",
}

BACKDROPS: Final[Vocabulary] = {
    "background": "background|backdrop|behind|surroundings|scenery behind|背景|底色|背后",
    "sky": "sky|skies|天空|天色",
}

# Surfaces lie behind what stands out in front of them.
SURFACES: Final = (
    r"\b(?:walls?|floor|ceiling|ground|tabletop|table|road|water)\b|墙|地板|地面|天花板|桌面|桌子|路面|水面"
)
# Flowers that belong to something else in the scene.
FLOWERS_IN: Final = r"\b(?:vase|bouquet|garden|meadow|field|pot)\b|花瓶|花束|花园|花盆|花海|花田"

REMOVING: Final = (
    r"\b(?:remove|erase|delete|get rid of|take away|take out|clean up|cut out|strip|eliminate)\b"
    r"|去掉|移除|去除|删除|删掉|擦除|擦掉|抹掉|抹去|消除|清除|拿掉|移走|抠掉|不要了"
)
REPLACING: Final = (
    r"\b(?:replace|swap|substitute|exchange)\b|\b(?:change|turn|transform|convert|switch)\b.*\b(?:to|into|for|with)\b"
    r"|换成|换为|替换|换上|改成|改为|变成|变为|换到"
)
RECOLOURING: Final = (
    r"\b(?:make|makes|turn|paint|dye|colou?r|recolou?r|change|tint|tone)\b|变|改|染|涂|刷|换成|换为|调成|弄成|色调"
)
# The text behind these words names the new content.
TARGETS: Final = r"\b(?:with|into|to|by|for|of)\b|换成|换为|替换为|替换成|换上|改成|改为|变成|变为|换到|成"
# Clauses that name things to keep.
KEEPING: Final = (
    r"^\W*(?:please\s+)?(?:but\s+)?(?:keep|preserve|retain|leave|maintain|do not|don[’']t|never|no)\b"
    r"|(?:^|\b(?:is|are|stays?|remains?) )(?:unchanged|untouched|the same)\b|\b(?:remain|stay)s?\b"
    r"|保持|保留|不要改|不要动|不变|别动|别改|不改|不要有|无需"
)
WITHOUT: Final = r"\bwithout\b.*$|而不.*$|但不.*$"
ADDING: Final = (
    r"\b(?:add|put|place|give|draw|insert|wear|wearing|include|hang|stand)\b|加|添|戴|放|画|插入|挂|穿|增|摆"
)
CLAUSES: Final = r"[.;!?。；！？，,、\n]+|\band then\b|\band\b|\bthen\b|\bbut\b|但是?|并且?|然后|接着|同时|以及|再"
MANY: Final = {
    "2": r"\b(?:two|2|a pair of|a couple of)\b|[两二]|2",
    "3": r"\b(?:three|3|some|several|a few)\b|[三几]|一些|3",
    "5": r"\b(?:four|five|six|4|5|6|many|lots of|a lot of)\b|[四五六]|许多|很多|[456]",
}
SMALL: Final = r"\b(?:tiny|small|little|mini)\b|小|迷你"
LARGE: Final = r"\b(?:big|large|huge|giant)\b|大|巨"

ROLES: Final[Vocabulary] = {
    "style": "style|mood|palette|look|colour reference|color reference|风格|色调|配色",
    "scene": "scene|background|backdrop|room|setting|environment|place|canvas|base|interior|landscape|"
    "场景|背景|底图|环境|房间|风景|画布|主图",
    "logo": "logo|watermark|badge|sticker|icon|标志|徽标|商标|水印|贴纸|图标",
    "product": "product|object|item|subject|person|people|model|man|woman|animal|pet|cat|dog|bottle|garment|"
    "clothes|clothing|furniture|thing|产品|商品|物品|物体|主体|人物|模特|动物|宠物|衣服|服装|家具|瓶",
}
# The sentence about a copy of the first image with annotations: playground/pages/forms/role_prompt.py.
NOTES: Final = (
    r"image (\d+), the notes, is a copy of image 1[^.]*\.(?: apply them to image 1[^.]*\.)?"
    r"|第 ?(\d+) ?张图（标注）是[^。]*。(?:请按[^。]*。)?"
)
ORDINALS: Final = (
    r"\b(?:first|1st)\b|\b(?:image|picture|photo|input)s?\s*#?1\b|第\s*[一1]|图片?\s*[一1](?![0-9])",
    r"\b(?:second|2nd|other)\b|\b(?:image|picture|photo|input)s?\s*#?2\b|第\s*[二2]|图片?\s*[二2](?![0-9])",
    r"\b(?:third|3rd)\b|\b(?:image|picture|photo|input)s?\s*#?3\b|第\s*[三3]|图片?\s*[三3](?![0-9])",
    r"\b(?:fourth|4th)\b|\b(?:image|picture|photo|input)s?\s*#?4\b|第\s*[四4]|图片?\s*[四4](?![0-9])",
    r"\b(?:fifth|5th)\b|\b(?:image|picture|photo|input)s?\s*#?5\b|第\s*[五5]|图片?\s*[五5](?![0-9])",
    r"\b(?:sixth|6th)\b|\b(?:image|picture|photo|input)s?\s*#?6\b|第\s*[六6]|图片?\s*[六6](?![0-9])",
    r"\b(?:seventh|7th)\b|\b(?:image|picture|photo|input)s?\s*#?7\b|第\s*[七7]|图片?\s*[七7](?![0-9])",
    r"\b(?:eighth|8th)\b|\b(?:image|picture|photo|input)s?\s*#?8\b|第\s*[八8]|图片?\s*[八8](?![0-9])",
)
