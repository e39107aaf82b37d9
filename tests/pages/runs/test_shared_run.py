"""A shared run: opt-in, readable by anyone with the link, withdrawn at once, and nothing else of the session."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from playground.runs import paths
from playground.runs.models import Decoding, Run, State
from tests.factories import BASE, a_picture, a_run, a_visitor, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Client:
    return a_visitor(Client(), "alice")


def an_edit() -> Run:
    source = {"name": "our-secret-logo.png", "file": "source-1.png", "thumbnail": "", "media_type": "image/png"}
    facts = {**source, "size": 9, "width": 8, "height": 6, "role": ""}
    run = a_run(pictures=1, endpoint="edits", prompt="A blue sky", mask="mask.png", sources=[facts])
    for name in ("source-1.png", "mask.png"):
        (paths.run_folder(run.pk) / name).write_bytes(picture_bytes())
    return run


def share(client: Client, run: Run, **entries: str) -> str:
    """Share the run; return the address of its page."""
    answer = client.post(f"{BASE}runs/{run.pk}/share/", entries)
    assert answer.status_code == 303
    run.refresh_from_db()
    return f"{BASE}shared/{run.share_token}/"


def test_a_run_is_shared_only_when_its_visitor_says_so(alice: Client) -> None:
    run = a_run(pictures=1)
    page = alice.get(f"{BASE}runs/{run.pk}/").text
    assert "Share this run" in page and "/shared/" not in page
    address = share(alice, run)
    assert re.fullmatch(rf"{BASE}shared/[0-9a-f]{{32}}/", address)
    assert f'value="http://testserver{address}"' in alice.get(f"{BASE}runs/{run.pk}/").text
    assert share(alice, run) == address


def test_anyone_reads_picture_prompt_settings_price_and_code(alice: Client) -> None:
    run = a_run(pictures=2, prompt="A red fox & cub", price=80_000)
    page = Client().get(share(alice, run))
    for text in ("A red fox &amp; cub", "gpt-image-2", "1024×1024", "$0.08", "3 s", 'data-snippet="python"'):
        assert text in page.text, text
    for number in (1, 2):
        address = re.search(rf'src="([^"]*/pictures/{number}/)"', page.text)
        assert address is not None
        file = Client().get(address[1])
        assert b"".join(file) == paths.picture_path(run.pictures.get(number=number)).read_bytes()


def test_the_page_leads_nowhere_else_in_the_session(alice: Client) -> None:
    private = {"user": "customer-4711", "safety_identifier": "person-4712"}
    run = a_run(pictures=1, origin="origin-1", parameters=private)
    stranger = Client()
    page = stranger.get(share(alice, run))
    for secret in (run.pk, "alice", "cdef", "fingerprint", "origin-1", "/runs/", "<form", *private.values()):
        assert secret not in page.text, secret
    assert not stranger.cookies
    for path in ("", "zip/", "pictures/1/"):
        assert stranger.get(f"{BASE}runs/{run.pk}/{path}").status_code == 404
    assert stranger.post(f"{BASE}runs/{run.pk}/share/", {"stop": "1"}).status_code == 404
    run.refresh_from_db()
    assert run.share_token


def test_search_engines_and_other_sites_do_not_learn_the_address(alice: Client) -> None:
    address = share(alice, a_run(pictures=1))
    for path in (address, f"{address}pictures/1/"):
        answer = Client().get(path)
        assert answer["Referrer-Policy"] == "no-referrer" and answer["X-Robots-Tag"] == "noindex"
        assert answer["Cache-Control"] in ("no-store", "private, no-cache")


def test_stopping_withdraws_page_and_files_at_once(alice: Client) -> None:
    run = a_run(pictures=1)
    address = share(alice, run)
    alice.post(f"{BASE}runs/{run.pk}/share/", {"stop": "1"})
    page = Client().get(address)
    assert page.status_code == 404 and "This run is no longer shared" in page.text
    assert Client().get(f"{address}pictures/1/").status_code == 404
    assert share(alice, run) != address


def test_deleting_the_run_withdraws_it_for_good(alice: Client) -> None:
    run = a_run(pictures=1)
    address = share(alice, run)
    alice.post(f"{BASE}runs/{run.pk}/delete/")
    assert Client().get(address).status_code == 404
    alice.post(f"{BASE}runs/undo/")
    assert Client().get(address).status_code == 404


def test_a_deleted_picture_is_no_longer_shown(alice: Client) -> None:
    run = a_run(pictures=2)
    address = share(alice, run)
    alice.post(f"{BASE}runs/{run.pk}/pictures/2/delete/")
    page = Client().get(address).text
    assert "pictures/1/" in page and "pictures/2/" not in page
    assert Client().get(f"{address}pictures/2/").status_code == 404


def test_the_address_expires_with_the_run(alice: Client) -> None:
    run = a_run(pictures=1)
    address = share(alice, run)
    Run.objects.update(created_at=timezone.now() - timedelta(days=settings.RETENTION_DAYS, seconds=1))
    assert Client().get(address).status_code == 404
    assert Client().get(f"{address}pictures/1/").status_code == 404


def test_the_day_on_which_it_expires_is_said(alice: Client) -> None:
    run = a_run(pictures=1, created_at=timezone.now().replace(month=3, day=1, hour=12))
    Run.objects.filter(pk=run.pk).update(share_token="a" * 32)
    assert f"until March {1 + settings.RETENTION_DAYS}" in alice.get(f"{BASE}runs/{run.pk}/").text


@pytest.mark.parametrize("shown", [True, False])
def test_the_source_is_shown_only_when_ticked(alice: Client, shown: bool) -> None:
    run = an_edit()
    address = share(alice, run, **({"source": "1"} if shown else {}))
    page = Client().get(address).text
    assert ("Before" in page) == shown and (f"{address}mask/" in page) == shown
    for name in ("source", "mask"):
        assert Client().get(f"{address}{name}/").status_code == (200 if shown else 404)
    assert "our-secret-logo" not in page and "source-1.png" in page


@pytest.mark.parametrize("state", [State.RUNNING, State.FAILED])
def test_a_run_without_a_result_is_not_shared(alice: Client, state: str) -> None:
    run = a_run(state=state)
    if state == State.RUNNING:
        a_picture(run)
    answer = alice.post(f"{BASE}runs/{run.pk}/share/", follow=True)
    assert "You can share a run once it has finished and has an image." in answer.text
    run.refresh_from_db()
    assert run.share_token is None


def test_an_edit_with_its_source_is_compared_before_and_after_and_plainly_without_scripts(alice: Client) -> None:
    address = share(alice, an_edit(), source="1")
    page = Client().get(address).text
    assert "<picture-compare" in page and f'src="{address}source/"' in page
    plain = page[page.index('class="shared-pictures"') :]
    assert plain.count("data-compare-item") == 2 and "data-before" in plain and 'data-picture="1"' in plain
    assert "<picture-compare" not in Client().get(share(alice, a_run(pictures=1))).text


def test_the_locked_version_is_shown_first_and_the_one_as_returned_beside_it(alice: Client) -> None:
    run = an_edit()
    assert Client().get(f"{share(alice, run)}pictures/1/locked/").status_code == 404
    (paths.run_folder(run.pk) / "1-locked.png").write_bytes(picture_bytes())
    run.pictures.update(locked="1-locked.png")
    address = share(alice, run)
    page = Client().get(address).text
    assert 0 < page.index('data-locked="1"') < page.index('data-picture="1"')
    assert page.count('type="radio" name="version-1"') == 2
    file = Client().get(f"{address}pictures/1/locked/", {"download": "1"})
    assert b"".join(file) == picture_bytes() and "locked" in file["Content-Disposition"]


def test_a_run_is_shared_before_the_worker_has_decoded_its_pictures(alice: Client) -> None:
    run = a_run(pictures=1)
    run.pictures.update(decoding=Decoding.PENDING)
    address = share(alice, run)
    assert 'data-picture="1"' in Client().get(address).text
