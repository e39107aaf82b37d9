"""A failure while a call ends: the client gets the outcome, the slot is free, and the ledger agrees."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from playground.gateway.models import CallState, ImageCall, LedgerEntry
from playground.gateway.renderers.base import RenderedPreview
from playground.gateway.services.leases import LEASE_GRACE, Leases, expire_leases
from playground.gateway.services.ledger import find_differences
from playground.gateway.services.quota import LEASE_DURATION
from playground.imageapi.errors import ApiError
from tests.fake_provider.fixtures import provider
from tests.gateway.keys import make_api_key
from tests.gateway.providers import customer
from tests.gateway.responses.test_streaming import events
from tests.gateway.services.test_quota import admit
from tests.gateway.tiny_renderer import TinyRendering
from tests.helpers.full_disk import refused

__all__ = ["customer", "provider"]


def later():
    """Return a time when all leases of today's calls have run out."""
    return timezone.now() + LEASE_DURATION + LEASE_GRACE + timedelta(seconds=1)


def test_a_preview_whose_file_is_gone_ends_no_stream(post, tiny, monkeypatch) -> None:
    def without_previews(rendering):
        for event in list(everything(rendering)):
            yield (
                RenderedPreview(event.index, 0, event.path.with_name("gone"), event.options)
                if is_preview(event)
                else event
            )

    def is_preview(event) -> bool:
        return isinstance(event, RenderedPreview)

    everything = TinyRendering.__iter__
    monkeypatch.setattr(TinyRendering, "__iter__", without_previews)
    found = events(post(stream=True, partial_images=1))
    assert [name.rpartition(".")[2] for name, _ in found] == ["completed"]
    assert found[0][1]["usage"]["output_tokens"] == 196


@pytest.mark.parametrize("stream", [False, True])
def test_a_failed_call_that_cannot_be_ended_says_why_it_failed_and_costs_nothing(post, tiny, stream) -> None:
    tiny.failure = ApiError("moderation_blocked")
    with refused("UPDATE", "ended_at"):
        answer = post(stream=stream)
        text = b"".join(answer.streaming_content).decode() if stream else answer.text
    assert "moderation_blocked" in text
    assert expire_leases(later()) == 1
    call = ImageCall.objects.get()
    assert (call.state, call.micro_usd, list(find_differences())) == (CallState.FAILED, 0, [])
    tiny.failure = None
    assert post().status_code == 200


def test_a_call_that_is_out_and_cannot_be_noted_is_voided(post, tiny) -> None:
    with refused("UPDATE", "leased_until"):
        assert json.loads(post().content)["data"]
    expire_leases(later())
    assert (ImageCall.objects.get().state, list(find_differences())) == (CallState.VOID, [])


def test_a_refusal_is_told_though_it_cannot_be_written_down(post, tiny) -> None:
    with refused("INSERT", "gateway_job"):
        answer = post(size="1x1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unsupported_size")


def test_an_answer_that_cannot_be_kept_for_a_repetition_is_delivered(post, tiny) -> None:
    with refused("INSERT", "gateway_kept"):
        answer = post(headers={"Idempotency-Key": "once"})
    assert (answer.status_code, ImageCall.objects.get().state) == (200, CallState.DELIVERED)


def test_one_dead_call_that_cannot_be_ended_keeps_no_other_from_ending() -> None:
    broken, other = admit(make_api_key("cr_one")), admit(make_api_key("cr_two"))
    LedgerEntry.objects.filter(call=broken).delete()
    assert expire_leases(later()) == 1
    other.refresh_from_db()
    assert other.state == CallState.FAILED


def test_leases_are_renewed_whatever_failed_before(monkeypatch) -> None:
    renewals: list[int] = []

    def renew(self, now) -> None:
        renewals.append(len(renewals))
        raise (KeyError("a row"), KeyboardInterrupt())[len(renewals) - 1]

    monkeypatch.setattr(Leases, "renew", renew)
    monkeypatch.setattr("playground.gateway.services.leases.HEARTBEAT_SECONDS", 0)
    with pytest.raises(KeyboardInterrupt):
        Leases(lambda _: None)._run()
    assert renewals == [0, 1]


def test_a_slot_is_free_when_the_charge_cannot_be_written(customer, provider) -> None:
    customer.behind(provider.url())
    with refused("UPDATE", '"quality"'):
        assert customer.ask().status_code == 500
    assert (ImageCall.objects.get().state, list(find_differences())) == (CallState.FAILED, [])
    assert customer.ask().status_code == 200
