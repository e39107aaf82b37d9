import time
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from playground.demo_model import DrawBrief, draw
from playground.demo_model.edits.sources import lay_on_white
from playground.demo_model.registry import SCENES

STREET = DrawBrief("A cyberpunk street at night, rain", 192, 192, "low", 0)


def opened(data):
    return Image.open(BytesIO(data))


def test_the_same_brief_gives_the_same_bytes():
    assert draw(STREET) == draw(STREET)


def test_each_of_several_pictures_is_different():
    assert len({draw(replace(STREET, index=index)).final for index in range(4)}) == 4


def test_the_users_seed_changes_the_picture():
    assert draw(STREET).final != draw(replace(STREET, user_seed="again")).final


def test_quality_changes_the_picture():
    assert len({draw(replace(STREET, quality=quality)).final for quality in ("low", "medium", "high")}) == 3


@pytest.mark.parametrize("size", [(192, 288), (288, 192), (200, 200), (7, 3), (1, 1), (33, 500)])
def test_sizes_are_exact(size):
    brief = replace(STREET, width=size[0], height=size[1], partials=1)
    drawing = draw(brief)
    assert opened(drawing.final).size == opened(drawing.partials[0]).size == size


@pytest.mark.parametrize(("name", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_the_format_is_the_one_asked_for(name, kind):
    assert opened(draw(replace(STREET, output_format=name)).final).format == kind


def test_an_unknown_format_is_an_error():
    with pytest.raises(ValueError, match="gif"):
        draw(replace(STREET, output_format="gif"))


def test_lower_compression_quality_makes_smaller_files():
    jpeg = replace(STREET, output_format="jpeg")
    assert len(draw(replace(jpeg, output_compression=20)).final) < len(draw(jpeg).final) / 2


@pytest.mark.parametrize("prompt", ["a cat", "a vase with flowers", "mountains", "logo"])
@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_a_transparent_background_has_real_alpha(prompt, output_format):
    brief = DrawBrief(prompt, 128, 128, "medium", 0, background="transparent", output_format=output_format)
    low, high = opened(draw(brief).final).getchannel("A").getextrema()
    assert (low, high) == (0, 255)


def test_transparency_is_flattened_on_white_for_jpeg():
    brief = DrawBrief("a cat", 128, 128, "low", 0, background="transparent", output_format="jpeg")
    picture = opened(draw(brief).final)
    assert picture.mode == "RGB"
    assert min(picture.getpixel((2, 2))) > 240


def test_an_opaque_background_has_no_alpha():
    assert opened(draw(DrawBrief("a cat", 64, 64, "low", 0, background="opaque")).final).mode == "RGB"


def test_a_prompt_may_ask_for_transparency_itself():
    assert opened(draw(DrawBrief("一只猫，透明背景", 64, 64, "low", 0)).final).mode == "RGBA"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_as_many_partials_come_as_were_asked_for(count):
    assert len(draw(replace(STREET, partials=count)).partials) == count


def test_each_partial_is_nearer_to_the_final_picture():
    drawing = draw(replace(STREET, width=384, height=384, quality="medium", partials=3))
    final = opened(drawing.final).convert("RGB")
    away = [ImageStat.Stat(ImageChops.difference(opened(data).convert("RGB"), final)) for data in drawing.partials]
    distances = [sum(stat.rms) for stat in away]
    assert distances == sorted(distances, reverse=True)


def distance(first, second, edge=16):
    """Return the distance of two pictures, scaled down on white: the mean over the bands, in levels."""
    small = (
        lay_on_white(picture.convert("RGBA")).resize((edge, edge), Image.Resampling.BOX)
        for picture in (first, second)
    )
    return sum(ImageStat.Stat(ImageChops.difference(*small)).rms) / 3


# One word for each scene, so that all are drawn.
WORDS = [scene.words.partition("|")[0] for scene in SCENES.values()]
# Every kind, posters in each of their layouts, styles, a cut-out, and weather.
SHOWN = [
    *((f"{word} “Good morning”", 0) for word in WORDS),
    *(("poster “早安”", index) for index in range(4)),
    *((f"the sea “Calm”, {style}", 0) for style in ("pixel art", "pencil", "oil painting", "rain", "fog")),
    ("a cake, transparent background", 0),
    ("poster of mountains “Go”", 0),
]


@pytest.mark.parametrize(("prompt", "index"), SHOWN)
def test_previews_are_the_final_picture_only_coarser(prompt, index):
    drawing = draw(DrawBrief(prompt, 256, 256, "high", index, partials=3))
    assert max(distance(opened(data), opened(drawing.final)) for data in drawing.partials) < 12


@pytest.mark.parametrize("number", [1, 2, 3])
def test_previews_change_nothing_in_the_final_picture(number):
    assert draw(replace(STREET, partials=number)).final == draw(STREET).final


def test_a_preview_of_a_cut_out_has_its_outline():
    drawing = draw(DrawBrief("a cat", 128, 128, "low", 0, background="transparent", partials=1))
    alphas = (opened(data).getchannel("A").convert("RGB") for data in (drawing.partials[0], drawing.final))
    assert distance(*alphas) < 8


@pytest.mark.parametrize(
    "prompt", ["the planet saturn in space", "a cake", "fruit", "ramen", "a vase with flowers", "city “Go”"]
)
@pytest.mark.parametrize("index", [0, 1])
def test_quality_does_not_change_the_composition(prompt, index):
    low, high = (opened(draw(DrawBrief(prompt, 256, 256, quality, index)).final) for quality in ("low", "high"))
    assert distance(low, high) < 24


def test_quoted_words_appear_in_the_picture():
    brief = DrawBrief("poster, geometric shapes", 256, 256, "low", 0)
    lettered = draw(replace(brief, prompt='poster, geometric shapes "早安"'))
    assert "早安" in lettered.revised_prompt
    assert lettered.final != draw(brief).final


def test_the_seal_of_an_ink_landscape_stays_red():
    picture = opened(draw(DrawBrief("水墨山水画「静」", 192, 288, "medium", 0)).final).convert("RGB")
    assert any(red > 140 and green < 80 and blue < 80 for red, green, blue in picture.get_flattened_data())


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("quality", ["low", "high"])
def test_every_composition_fills_the_picture(kind, quality):
    picture = opened(draw(DrawBrief(f"{kind} “Hi”", 96, 64, quality, 1)).final)
    assert ImageStat.Stat(picture.convert("L")).stddev[0] > 5


@pytest.mark.parametrize(
    "style", ["pixel art", "pencil", "ink wash", "watercolour", "oil painting", "black and white", "vintage"]
)
def test_styles_change_the_picture(style):
    assert (
        draw(DrawBrief(f"the sea, {style}", 96, 96, "medium", 0)).final
        != draw(DrawBrief("the sea", 96, 96, "medium", 0)).final
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "\x00\x07\x1b",
        "\ud800 alone \udfff",
        "😀🎉",
        "مرحبا «بالعالم»",
        '"\ud83d"',
        '""',
        "x" * 32_000,
        "猫" * 32_000,
        '"' + "word " * 1000 + '"',
        "海报「" + "长" * 5000 + "」",
        "'" * 32_000,
        "\u202eabc",
    ],
    ids=range(13),
)
def test_odd_prompts_are_drawn_too(prompt):
    drawing = draw(DrawBrief(prompt, 96, 96, "low", 0))
    assert opened(drawing.final).size == (96, 96)
    drawing.revised_prompt.encode()


def test_a_large_picture_takes_less_than_a_second_of_processor_time():
    start = time.process_time()
    draw(DrawBrief("a vase with sunflowers", 1024, 1024, "low", 0))
    assert time.process_time() - start < 1
