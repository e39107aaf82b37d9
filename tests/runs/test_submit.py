"""One form is one run."""

import pytest
from django.conf import settings

from playground.core import key_sealing
from playground.imageapi.schemas import ImageRequest
from playground.runs.models import Run
from playground.runs.services.submit import ApiConnection, submit_run

pytestmark = pytest.mark.django_db
KEY = "cr_canary_0123456789abcdef"


def ask(prompt: str = "a cat", *, token: str = "t1", visitor: str = "alice", quality: str = "low") -> Run:
    request = ImageRequest("generations", prompt, size="1024x1024", quality=quality, n=2)
    return submit_run(visitor, ApiConnection(settings.IMAGE_APIS["asia"], KEY), request, token=token)


def test_the_same_token_and_content_is_the_same_run() -> None:
    assert ask() == ask()


def test_the_same_token_with_other_content_is_a_new_run() -> None:
    assert ask("a cat") != ask("a dog")


def test_no_token_is_always_a_new_run() -> None:
    assert ask(token="") != ask(token="")


def test_another_visitor_with_the_same_token_has_a_run_of_its_own() -> None:
    assert ask(visitor="alice") != ask(visitor="bob")


def test_the_key_waits_sealed_and_can_be_opened_by_the_runner() -> None:
    run = ask()
    assert KEY not in run.sealed_key
    assert key_sealing.unseal_key(run.sealed_key) == KEY


def test_a_key_sealed_by_an_earlier_start_cannot_be_opened(settings: object) -> None:
    run = ask()
    settings.ENGINE_SECRET = "another"  # type: ignore[attr-defined]
    with pytest.raises(key_sealing.KeySealError):
        key_sealing.unseal_key(run.sealed_key)


def test_the_run_knows_its_price_and_its_time_before_it_is_sent() -> None:
    run = ask(quality="high")
    assert (run.estimate_high, run.expected_low, run.expected_high) == (422_000, 70, 120)


def test_the_connection_never_shows_its_key() -> None:
    assert KEY not in repr(ApiConnection(settings.IMAGE_APIS["asia"], KEY))
