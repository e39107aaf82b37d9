"""One field of a provider's answer is not as it should be: the call ends, and is charged for what came of it.

Here every field once and every kind once; all of them together are `tests/load/fields.py`.
"""

import pytest

from playground.gateway.models import WORKING, Job
from playground.gateway.reconcile import differences
from playground.gateway.renderers.provider_errors import told
from playground.imageapi.errors import ApiError
from playground.imageapi.prices import picture_price
from tests.gateway.providers import customer
from tests.upstream.fields import ONE_OF_EACH
from tests.upstream.fixtures import upstream
from tests.upstream.outcomes import expected

__all__ = ["customer", "upstream"]


@pytest.mark.parametrize("fault", ONE_OF_EACH)
def test_a_call_ends_whatever_a_field_of_the_answer_is(customer, upstream, fault) -> None:
    customer.behind(upstream.url(fault))
    answer = customer.ask(n=2, quality="high").json()
    code, came = expected(fault)
    assert len(answer.get("data", ())) == came
    assert answer.get("error", {}).get("code", "") == (told(ApiError(code), "").code if code else "")
    job = Job.objects.get()
    assert (job.images, job.micro_usd) == (came, picture_price("1024x1024", "high") * came)
    assert not list(differences()) and not Job.objects.filter(state__in=WORKING)
