"""The estimate on the button equals the bill of the built-in API, for every combination."""

from itertools import product

import pytest
from django.conf import settings

from playground.gateway.models import ImageCall
from playground.imageapi.catalog import AUTO, PARAMETER, QUALITIES, SIZE_NAMES
from playground.imageapi.schemas import ImageRequest
from playground.runs.services.submit import expected_price

COUNTS = (1, 4)


def estimate(endpoint, size, quality, n):
    request = ImageRequest(endpoint, "a cat", size=size, quality=quality, n=n)
    return expected_price(settings.IMAGE_APIS["builtin"], request)


def billed() -> int:
    return ImageCall.objects.order_by("-number").values_list("micro_usd", flat=True)[0]


@pytest.mark.parametrize(("size", "quality"), list(product(SIZE_NAMES, QUALITIES)))
def test_a_generation_costs_what_was_said(post, tiny, size, quality):
    for n in COUNTS:
        said = estimate("generations", size, quality, n)
        assert post(size=size, quality=quality, n=n).status_code == 200
        assert said.is_exact and said.high == billed()


@pytest.mark.parametrize(("size", "quality"), list(product(SIZE_NAMES, QUALITIES)))
def test_an_edit_costs_what_was_said(edit, tiny, size, quality):
    for n in COUNTS:
        said = estimate("edits", size, quality, n)
        assert edit(size=size, quality=quality, n=n).status_code == 200
        assert said.is_exact and said.high == billed()


@pytest.mark.parametrize(("size", "quality"), [(AUTO, "low"), (AUTO, "high"), (AUTO, AUTO), ("1024x1024", AUTO)])
def test_auto_costs_within_the_range_that_was_said(edit, tiny, size, quality):
    said = estimate("edits", size, quality, 2)
    assert edit(size=size, quality=quality, n=2).status_code == 200
    assert said.low <= billed() <= said.high


@pytest.mark.parametrize("n", range(1, (PARAMETER["n"].maximum or 1) + 1))
def test_every_count_is_a_multiple(n):
    assert estimate("generations", "1024x1024", "high", n).high == n * 211_000
