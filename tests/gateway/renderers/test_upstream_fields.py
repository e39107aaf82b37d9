"""One field of a provider's answer is not as it should be: the call ends, and is charged for what came of it.

Here every field once and every kind once; all of them together are `benchmarks/robustness/answer_fields.py`.
"""

import pytest

from playground.gateway.models import ACTIVE_STATES, ImageCall
from playground.gateway.renderers.upstream import customer_error
from playground.gateway.services.ledger import find_differences
from playground.imageapi.errors import ApiError
from playground.imageapi.pricing import picture_price
from tests.fake_provider.answer_fields import ONE_OF_EACH
from tests.fake_provider.fixtures import provider
from tests.fake_provider.outcomes import expected
from tests.gateway.providers import customer

__all__ = ["customer", "provider"]


@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_call_ends_whatever_a_field_of_the_answer_is(customer, provider, fault) -> None:
    customer.behind(provider.url(fault))
    answer = customer.ask(n=2, quality="high").json()
    code, came = expected(fault)
    assert len(answer.get("data", ())) == came
    assert answer.get("error", {}).get("code", "") == (customer_error(ApiError(code), "").code if code else "")
    call = ImageCall.objects.get()
    assert (call.images, call.micro_usd) == (came, picture_price("1024x1024", "high") * came)
    assert not list(find_differences()) and not ImageCall.objects.filter(state__in=ACTIVE_STATES)
