"""The API reads an edit's pictures: their aspect for `size=auto`, their tokens for `usage`."""

import pytest

from tests.gateway.multipart_bodies import picture

IMAGE, MASK = ("image", "cat.png", picture()), ("mask", "mask.png", picture(mode="RGBA"))


@pytest.mark.parametrize(
    ("width", "height", "turned", "size"),
    [
        (8, 8, 1, "1024x1024"),
        (9, 8, 1, "1024x1024"),
        (10, 8, 1, "1536x1024"),
        (8, 10, 1, "1024x1536"),
        (64, 4, 1, "1536x1024"),
        (16, 9, 6, "1024x1536"),
        (16, 9, 3, "1536x1024"),
        (9, 16, 8, "1536x1024"),
    ],
)
def test_an_automatic_size_follows_the_first_picture_as_people_see_it(edit, tiny, width, height, turned, size):
    first, second = picture("jpeg", width, height, turned=turned), picture(width=8, height=64)
    body = edit(("image", "a.jpg", first), ("image", "b.png", second)).json()
    assert (tiny.requests[0].size, body["size"]) == (size, size)


def test_a_mask_of_another_size_is_taken(edit, tiny):
    assert edit(IMAGE, ("mask", "m.png", picture(width=3, height=5, mode="RGBA"))).status_code == 200


def test_a_mask_without_alpha_is_taken(edit, tiny):
    assert edit(IMAGE, ("mask", "m.png", picture())).status_code == 200


def test_usage_counts_the_pictures_that_were_sent(edit, tiny):
    usage = edit(IMAGE, IMAGE, MASK, size="1024x1024").json()["usage"]
    assert usage["input_tokens_details"] == {"text_tokens": 2, "image_tokens": 2 * 194}
    assert (usage["input_tokens"], usage["total_tokens"]) == (2 + 2 * 194, 2 + 2 * 194 + 196)


def test_high_fidelity_reads_more(edit, tiny):
    usage = edit(input_fidelity="high").json()["usage"]
    assert usage["input_tokens_details"]["image_tokens"] == 194 + 4160
