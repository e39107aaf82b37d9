"""Instructions that the demo reads in an edit's prompt, in both languages."""

import pytest

from playground.demo_model.edits.parsing.instructions import parse_instruction


@pytest.mark.parametrize(
    ("prompt", "name", "colour"),
    [
        ("Put a tiny golden crown on the cat's head", "crown", "gold"),
        ("给猫戴一顶红色的帽子", "hat", "red"),
        ("add sunglasses", "glasses", None),
        ("加一个粉色爱心", "heart", "pink"),
        ("replace the hat with a crown", "crown", None),
    ],
)
def test_finds_the_prop_and_its_colour(prompt, name, colour):
    (wanted,) = parse_instruction(prompt).actions.props
    assert (wanted.name, wanted.colour) == (name, colour)


def test_counts_props():
    props = parse_instruction("add three balloons, a moon and two hearts").actions.props
    assert [(wanted.name, wanted.count) for wanted in props] == [("balloon", 3), ("moon", 1), ("heart", 2)]


@pytest.mark.parametrize(
    ("prompt", "looks"),
    [
        ("turn it into a watercolour", ("watercolour",)),
        ("换成水彩风格", ("watercolour",)),
        ("black and white", ("mono",)),
        ("黑白", ("mono",)),
        ("铅笔素描", ("pencil",)),
        ("make it warmer and blur the background", ("warm", "blur")),
        ("像素风，夜晚", ("pixel", "night")),
    ],
)
def test_finds_looks(prompt, looks):
    assert parse_instruction(prompt).looks == looks


@pytest.mark.parametrize("prompt", ["remove the lamp and the cup", "去掉路人", "please erase the crown"])
def test_finds_a_request_to_remove_something(prompt):
    instruction = parse_instruction(prompt)
    assert instruction.actions.removes and not instruction.actions.props and not instruction.actions.cut_out


@pytest.mark.parametrize("prompt", ["make it red", "把墙改成红色", "change the wall to red"])
def test_finds_a_new_colour(prompt):
    instruction = parse_instruction(prompt)
    assert instruction.actions.recolours and instruction.actions.colour == "red"


@pytest.mark.parametrize(
    ("prompt", "backdrop", "kind"),
    [
        ("change the background to a beach", "background", "sea"),
        ("把背景换成雪山", "background", "mountains"),
        ("replace the sky with a sunset", "sky", "abstract"),
        ("蓝色背景", "background", "abstract"),
    ],
)
def test_finds_a_new_backdrop(prompt, backdrop, kind):
    instruction = parse_instruction(prompt)
    assert (instruction.actions.backdrop, instruction.scene.kind) == (backdrop, kind)


@pytest.mark.parametrize("prompt", ["remove the background", "去除背景", "on a transparent background", "透明背景"])
def test_finds_a_wish_for_transparency(prompt):
    assert parse_instruction(prompt).actions.cut_out


@pytest.mark.parametrize(
    "prompt",
    [
        "Make it night. Keep the crown unchanged.",
        "变成夜晚，皇冠保持不变",
        "make it night but do not touch the crown",
    ],
)
def test_ignores_clauses_that_name_things_to_keep(prompt):
    instruction = parse_instruction(prompt)
    assert instruction.looks == ("night",) and not instruction.actions.props


@pytest.mark.parametrize(
    ("prompt", "roles"),
    [
        ("First image is the scene, second image is the product to place into it", ("scene", "product")),
        ("第一张是产品，第二张是场景", ("product", "scene")),
        ("Image 1: scene; image 2: product; image 3: logo", ("scene", "product", "logo")),
        ("use the second image as style reference", ("", "style")),
    ],
)
def test_reads_the_roles_of_images(prompt, roles):
    assert parse_instruction(prompt).roles == roles


def test_empty_prompt_wishes_for_a_variation():
    assert parse_instruction("  ").is_variation
