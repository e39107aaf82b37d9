"""A server that starts on the data of an earlier version keeps its keys, ledger, sessions, runs and pictures."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.factories import picture_bytes
from tests.helpers.server import ROOT, ServerProcess, run_command

DUMP = ROOT / "tests" / "upgrades" / "before_gateway_0003.sql"
# What the dump holds.
KEY = "cr_6hcto6ibz4cqvxlfkyyt63j3gnqc2jch"
BEARER = {"Authorization": f"Bearer {KEY}"}
PRICE = 80_000
CALL = "req_27a862cfd2911d10648be924"
RUN = "4de9e0932910712180ee"
SESSION = "3s04uskhmvkf57mhjy0rq13kinqe696v"
DJANGO_SECRET = "j67lXUZQPyWIDVxrq8gU6Mc_Cl4ibNYFPSzz9jd9fzI31rxjpGK6lGidtDMJr3-q_s8"
# The dump is of one night in Beijing, which began on the evening before in UTC.
EVENING, NIGHT = "2026-11-30", "2026-12-01"


def restore_dump(data: Path) -> None:
    """Write the earlier version's database, files and secret to `data`, as if it had run last night."""
    today = datetime.now(UTC).date()
    text = DUMP.read_text().replace(EVENING, str(today - timedelta(days=1))).replace(NIGHT, str(today))
    with closing(sqlite3.connect(data / "playground.sqlite3")) as database:
        database.executescript(text)
    (data / "secret_key").write_text(DJANGO_SECRET)
    folder = data / "pictures" / RUN[:2] / RUN
    folder.mkdir(parents=True)
    (folder / "1.png").write_bytes(picture_bytes("png"))
    (folder / "1.thumbnail.webp").write_bytes(picture_bytes("webp"))


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    data = tmp_path_factory.mktemp("upgraded")
    restore_dump(data)
    server = ServerProcess(data, {"DATABASE_URL": "", "DEMO_SECONDS": "0"}).start()
    yield server
    server.stop()


def usage(server: ServerProcess) -> dict[str, Any]:
    answer = requests.get(f"{server.url}v1/usage", headers=BEARER, timeout=10)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def test_a_key_keeps_its_calls_after_an_upgrade_and_still_works(upgraded: ServerProcess) -> None:
    before = usage(upgraded)
    assert [(call["id"], call["images"], call["micro_usd"]) for call in before["calls"]] == [(CALL, 1, PRICE)]
    body = {"model": "gpt-image-2", "prompt": "a vase", "size": "1024x1024", "quality": "low"}
    address = f"{upgraded.url}v1/images/generations"
    assert requests.post(address, json=body, headers=BEARER, timeout=60).status_code == 200
    after = usage(upgraded)
    spent = [account["account"]["spent_micro_usd"] for account in (before, after)]
    assert spent == [PRICE, 2 * PRICE] and len(after["calls"]) == 2


def test_ledger_calls_and_keys_still_agree(upgraded: ServerProcess) -> None:
    proof = run_command("reconcile", DATA_DIR=str(upgraded.data), DATABASE_URL="")
    assert proof.stdout.startswith("0 differences"), proof.stdout + proof.stderr


def test_a_visitor_still_sees_the_run_and_its_picture(upgraded: ServerProcess) -> None:
    cookies = {"session": SESSION}
    page = requests.get(f"{upgraded.url}runs/{RUN}/", cookies=cookies, timeout=10)
    assert page.status_code == 200
    assert 'data-state="succeeded"' in page.text and "A red fox in the snow" in page.text
    (address,) = re.findall(r'data-picture="1" src="([^"]+)"', page.text)
    assert requests.get(upgraded.root + address, cookies=cookies, timeout=10).content == picture_bytes("png")
