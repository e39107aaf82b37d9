"""Results of edits by the demo."""

import pytest
from PIL import Image, ImageDraw, ImageStat

from playground.demo_model import edit
from tests.demo_model.editing import a_brief, a_mask, a_picture, edited, saved


def a_product(folder, name="product.png"):
    """A green bottle on transparency."""
    picture = Image.new("RGBA", (60, 90))
    ImageDraw.Draw(picture).rectangle((15, 5, 45, 85), fill=(20, 200, 40, 255))
    return saved(picture, folder / name)


def greens(picture):
    """Count the pixels in the product's green."""
    return sum(g > 120 and g > r + 60 and g > b + 60 for r, g, b in picture.convert("RGB").get_flattened_data())


@pytest.mark.parametrize("prompt", ["black and white", "黑白"])
def test_black_and_white_has_no_colour(tmp_path, prompt):
    red, green, blue = edited(prompt, a_picture(tmp_path), mask=None).convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


@pytest.mark.parametrize(("prompt", "grows"), [("brighten", True), ("变暗", False), ("night", False)])
def test_light_follows_the_wish(tmp_path, prompt, grows):
    source = a_picture(tmp_path)
    before = ImageStat.Stat(Image.open(source).convert("L")).mean[0]
    assert (ImageStat.Stat(edited(prompt, source).convert("L")).mean[0] > before) is grows


def test_removes_the_marked_object(tmp_path):
    source = saved(Image.new("RGB", (96, 96), (90, 140, 200)), tmp_path / "plain.png")
    with Image.open(source) as plain:
        ImageDraw.Draw(plain).ellipse((36, 36, 60, 60), fill=(220, 40, 40))
        saved(plain, source)
    red, _, blue = edited("remove the ball", source, mask=a_mask(tmp_path)).convert("RGB").getpixel((48, 48))
    assert blue > red


def test_recolours_the_marked_pixels(tmp_path):
    red, green, _ = (
        edited("make it green", a_picture(tmp_path), mask=a_mask(tmp_path)).convert("RGB").getpixel((48, 48))
    )
    assert green > red


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_transparent_background_has_alpha(tmp_path, output_format):
    picture = edited("", a_picture(tmp_path), background="transparent", output_format=output_format)
    assert picture.getchannel("A").getpixel((4, 4)) < 20
    assert picture.getchannel("A").getpixel((48, 52)) > 235


def test_transparent_background_is_white_in_jpeg(tmp_path):
    brief = a_brief("remove the background", a_picture(tmp_path), output_format="jpeg", output_compression=95)
    picture = edited(brief.prompt, *brief.images, output_format="jpeg")
    assert picture.mode == "RGB" and min(picture.getpixel((4, 4))) > 235


def test_source_keeps_its_own_transparency(tmp_path):
    assert edited("warmer", a_product(tmp_path)).mode == "RGBA"


def test_opaque_lays_the_source_on_white(tmp_path):
    picture = edited("sharpen", a_product(tmp_path), background="opaque")
    assert picture.mode == "RGB" and picture.getpixel((2, 2)) == (255, 255, 255)


def test_second_picture_appears_in_the_first(tmp_path):
    picture = edited("place it into the scene", a_picture(tmp_path), a_product(tmp_path))
    assert 60 < greens(picture) < 96 * 96 / 3


def test_second_picture_stands_in_the_marked_place(tmp_path):
    picture = edited("place it here", a_picture(tmp_path), a_product(tmp_path), mask=a_mask(tmp_path))
    assert greens(picture) == greens(picture.crop((24, 24, 72, 72))) > 60


def test_every_product_is_placed(tmp_path):
    products = [a_product(tmp_path, f"{number}.png") for number in range(7)]
    row = edited("put them on the table", a_picture(tmp_path), *products, width=192).convert("RGB")
    columns = [greens(row.crop((x, 0, x + 1, 96))) > 3 for x in range(192)]
    assert sum(here and not before for before, here in zip([False, *columns], columns, strict=False)) == 7


def test_scene_may_be_the_second_picture(tmp_path):
    prompt = "First image is the product, second image is the scene"
    picture = edited(prompt, a_product(tmp_path), a_picture(tmp_path)).convert("RGB")
    assert 60 < greens(picture) < 96 * 96 / 3
    assert picture.getpixel((3, 3)) == Image.open(a_picture(tmp_path)).getpixel((3, 3))


def test_low_fidelity_loses_fine_detail(tmp_path):
    lines = Image.new("L", (96, 96), 255)
    for x in range(0, 96, 2):
        lines.paste(0, (x, 0, x + 1, 96))
    source = saved(lines, tmp_path / "lines.png")
    high, low = (edited("warmer", source, input_fidelity=how).convert("L") for how in ("high", "low"))
    assert ImageStat.Stat(low).stddev[0] < ImageStat.Stat(high).stddev[0] * 0.8


@pytest.mark.parametrize(("prompt", "words"), [("add a crown", "a crown added"), ("加上皇冠", "加上皇冠")])
def test_describes_the_edit_in_the_prompts_language(tmp_path, prompt, words):
    revised_prompt = edit(a_brief(prompt, a_picture(tmp_path))).revised_prompt
    assert revised_prompt.startswith(prompt) and words in revised_prompt


def test_admits_that_it_did_not_understand(tmp_path):
    assert "did not understand" in edit(a_brief("qwertz uiop", a_picture(tmp_path))).revised_prompt
