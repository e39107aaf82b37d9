"""Webhooks: a job reports its end once, signed, to a public address, until that answers with 2xx."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from playground.gateway.models import ApiKey, ImageCall, ImageJob, WebhookState
from playground.gateway.services import webhooks
from playground.gateway.services.leases import expire_leases
from playground.gateway.services.webhooks import RETRY_SECONDS, claim_webhook, send_webhook
from playground.imageapi.errors import ApiError
from tests.gateway.job_steps import ASYNC, waiting
from tests.gateway.keys import make_api_key
from tests.gateway.multipart_bodies import refused

__all__ = ["waiting"]
SECRET = webhooks.create_secret()
HOOK = "https://hooks.example/jobs"


class Receiver(HTTPServer):
    """A receiver that records requests; `statuses` are its next answers, then 204."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def jobs(self) -> list[dict]:
        return [json.loads(body) for _, _, body in self.requests]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    with Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.WEBHOOK_ORIGINS = (receiver.url,)
        yield receiver
        receiver.shutdown()
        thread.join()


@pytest.fixture
def signing(key) -> ApiKey:
    """The caller's key, with a webhook secret."""
    return make_api_key(key, is_demo=True, webhook_secret=webhooks.seal_secret(SECRET))


def send_due(seconds: float = 0) -> int:
    """Send what is due in so many seconds; return the number of attempts."""
    now, count = timezone.now() + timedelta(seconds=seconds), 0
    while job := claim_webhook(now):
        send_webhook(job, now)
        count += 1
    return count


def state() -> tuple[str, int]:
    return ImageJob.objects.values_list("webhook_state", "webhook_attempts").get()


def test_a_job_reports_its_end_once(post, tiny, waiting, signing, receiver):
    accepted = post(headers=ASYNC, webhook_url=f"{receiver.url}/jobs?of=me")
    assert (send_due(), accepted.json()["webhook"]) == (0, "pending")
    waiting.finish()
    assert (send_due(), send_due(7200)) == (1, 0)
    (job,), ((path, _, _),) = receiver.jobs, receiver.requests
    assert (path, job["id"], job["status"], state()) == (
        "/jobs?of=me", accepted.json()["id"], "completed", (WebhookState.DELIVERED, 1),
    )  # fmt: skip
    assert waiting.read(accepted)["webhook"] == "delivered"


def test_it_carries_addresses_and_never_pictures(post, tiny, waiting, signing, receiver, client):
    post(headers=ASYNC, n=2, webhook_url=receiver.url)
    waiting.finish()
    send_due()
    result = receiver.jobs[0]["result"]
    assert [set(picture) for picture in result["data"]] == [{"url", "revised_prompt"}] * 2
    assert client.get(result["data"][1]["url"]).status_code == 200
    assert result["usage"]["total_tokens"]


def test_it_is_signed_by_standard_webhooks(post, tiny, waiting, signing, receiver):
    post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    send_due()
    ((_, headers, body),) = receiver.requests
    assert Webhook(SECRET).verify(body, headers)["status"] == "completed"
    with pytest.raises(WebhookVerificationError):
        Webhook(webhooks.create_secret()).verify(body, headers)


@pytest.mark.parametrize("outcome", ["failed", "cancelled"])
def test_it_reports_jobs_without_pictures_too(post, tiny, waiting, signing, receiver, outcome):
    accepted = post(headers=ASYNC, webhook_url=receiver.url)
    if outcome == "cancelled":
        waiting.cancel(accepted)
    tiny.failure = ApiError("moderation_blocked")
    waiting.finish()
    send_due()
    assert receiver.jobs[0]["status"] == outcome
    assert (receiver.jobs[0].get("error") or {}).get("code") == {"failed": "moderation_blocked"}.get(outcome)


def test_it_is_repeated_until_an_answer_of_2xx(post, tiny, waiting, signing, receiver):
    receiver.statuses = [500, 302, 404]
    post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    attempts = []
    for _ in range(4):
        attempts.append(send_due())
        # Due only after the delay.
        assert send_due() == 0
        ImageJob.objects.filter(webhook_next_at__isnull=False).update(webhook_next_at=timezone.now())
    assert (attempts, state(), send_due(7200)) == ([1, 1, 1, 1], (WebhookState.DELIVERED, 4), 0)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.requests}) == 1
    assert {path for path, _, _ in receiver.requests} == {"/"}


def test_it_is_given_up_after_the_last_delay(post, tiny, waiting, signing, receiver):
    receiver.statuses = [503] * 9
    accepted = post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    delays = []
    while send_due(sum(delays)) and (next_at := ImageJob.objects.get().webhook_next_at):
        delays.append(round((next_at - timezone.now()).total_seconds() - sum(delays)))
    assert (tuple(delays), state()) == (RETRY_SECONDS, (WebhookState.FAILED, 5))
    assert waiting.read(accepted)["webhook"] == "failed"


def test_a_receiver_that_is_gone_is_tried_again(post, tiny, waiting, signing, receiver, settings):
    settings.WEBHOOK_ORIGINS = ("http://127.0.0.1:9",)
    post(headers=ASYNC, webhook_url="http://127.0.0.1:9/")
    waiting.finish()
    assert (send_due(), state()) == (1, (WebhookState.PENDING, 1))


def test_two_processes_do_not_send_it_at_once(post, tiny, waiting, signing, receiver):
    post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    now = timezone.now()
    first = claim_webhook(now)
    assert first is not None
    assert claim_webhook(now) is None
    # The first process died: another one takes it when its lease has run out.
    assert claim_webhook(now + webhooks.LEASE) is not None


def test_a_name_that_became_internal_is_not_connected_to(post, tiny, waiting, signing, receiver, settings):
    post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    settings.WEBHOOK_ORIGINS = ()
    send_due()
    assert (receiver.requests, state()) == ([], (WebhookState.PENDING, 1))


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://me:pw@example.com/",
     "ftp://example.com/", "hooks", "https://"],
)  # fmt: skip
def test_an_address_inside_or_without_https_is_refused_at_once(post, tiny, waiting, signing, url):
    answer = post(headers=ASYNC, webhook_url=url)
    assert refused(answer) == (400, "invalid_request", "webhook_url")
    assert "public" in answer.json()["error"]["message"]
    assert not ImageJob.objects.exists()


def test_a_key_without_a_secret_has_no_webhooks(post, tiny, waiting):
    answer = post(headers=ASYNC, webhook_url=HOOK)
    assert refused(answer) == (400, "invalid_request", "webhook_url")
    assert "no webhook secret" in answer.json()["error"]["message"]


def test_a_call_that_is_no_job_has_no_webhook(post, tiny, waiting, signing):
    answer = post(webhook_url=HOOK)
    assert refused(answer) == (400, "invalid_request", "webhook_url")
    assert "respond-async" in answer.json()["error"]["message"]


def test_an_empty_webhook_is_none(post, tiny, waiting):
    assert post(webhook_url="").status_code == 200
    assert "webhook" not in post(headers=ASYNC, webhook_url="").json()


def test_a_secret_that_cannot_be_opened_ends_no_job(post, tiny, waiting, signing, receiver):
    post(headers=ASYNC, webhook_url=receiver.url)
    waiting.finish()
    ApiKey.objects.update(webhook_secret="from another server")
    assert (send_due(), state(), receiver.requests) == (1, (WebhookState.PENDING, 1), [])


def test_the_secret_is_sealed_in_the_database(signing):
    stored = ApiKey.objects.get().webhook_secret
    assert stored and SECRET not in stored and SECRET.removeprefix("whsec_") not in stored


def test_webhooks_and_logs_hold_neither_address_nor_secret(post, tiny, waiting, signing, receiver, caplog):
    caplog.set_level("DEBUG")
    receiver.statuses = [500]
    post(headers=ASYNC, webhook_url=f"{receiver.url}/a-secret-path")
    waiting.finish()
    send_due()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("playground")]
    assert any("webhook: status 500" in line for line in ours)
    assert not [line for line in ours if "a-secret-path" in line or SECRET in line]


def test_a_job_of_a_dead_process_is_reported_as_failed(post, tiny, waiting, signing, receiver):
    post(headers=ASYNC, webhook_url=receiver.url)
    expire_leases(timezone.now() + timedelta(hours=1))
    send_due(7200)
    assert [job["status"] for job in receiver.jobs] == ["failed"]
    assert ImageCall.objects.get().code == "server_error"
