"""Calls of the built-in API, also by clients that disconnect, and their comparison with the ledger."""

import http.client
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tests.gateway.live_api import Server
from tests.gateway.multipart_bodies import FORM, body_of, fields, part, picture

PRICE = 80_000
SECONDS = 60
# Where a program leaves: with half of the request out, while it waits, or with the answer begun.
type Leaves = Literal["sending", "waiting", "reading"]


@dataclass
class Told:
    """What a program knows of its call. `id` comes with the head of the answer; `is_whole`: all of it came."""

    asked: int = 1
    leaves: Leaves | None = None
    status: int = 0
    code: str = ""
    id: str = ""
    images: int = 0
    is_whole: bool = False


def call(
    server: Server,
    key: str,
    prompt: str,
    *,
    n: int = 1,
    leaves: Leaves | None = None,
    after: float = 0.0,
    is_edit: bool = False,
    headers: dict[str, str] | None = None,
    **sent: object,
) -> Told:
    """Make a call; who `leaves` does so with a reset, as a process that dies, `after` so many seconds."""
    told = Told(n, leaves)
    asked = {"prompt": prompt, "quality": "low", "size": "1024x1024", "n": n, **sent}
    if is_edit:
        body, content_type = body_of(fields(**asked), part("image", picture(), "a.png")), FORM
    else:
        body, content_type = json.dumps({"model": "gpt-image-2", **asked}).encode(), "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    try:
        connection.putrequest("POST", f"{server.base_url}/images/{'edits' if is_edit else 'generations'}")
        facts = {"Authorization": f"Bearer {key}", "Content-Type": content_type, "Content-Length": str(len(body))}
        for name, value in {**facts, **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body[: len(body) // 2] if leaves == "sending" else body)
        if leaves in ("sending", "waiting"):
            time.sleep(after)
        else:
            _read(connection.getresponse(), told)
    except (OSError, http.client.HTTPException):
        told.code = told.code or "broken"
    finally:
        if leaves and connection.sock:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    return told


def _read(answer: http.client.HTTPResponse, told: Told) -> None:
    told.status, told.id = answer.status, answer.headers.get("x-request-id", "")
    if told.leaves == "reading":
        answer.read(1000)
        return
    body = answer.read()
    told.images = body.count(b'"b64_json":"') - body.count(b"partial_image_index")
    if told.status != 200:
        told.code = json.loads(body)["error"]["code"]
    elif b"event: error" in body:
        told.code = json.loads(body.rpartition(b"data: ")[2])["error"]["code"]
    told.is_whole = True


def rows_of(server: Server, key: str) -> dict[str, dict[str, Any]]:
    """The calls of a key by their ids, as `v1/usage` tells them. Its totals must be the sum of them."""
    rows: dict[str, dict[str, Any]] = {}
    page = ""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
        address, headers = f"{server.base_url}/usage?{page}", {"Authorization": f"Bearer {key}"}
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, body
        rows |= {one["id"]: one for one in body["calls"]}
        if body["next"] is None:
            sums = [sum(one[name] for one in rows.values()) for name in ("images", "micro_usd")]
            assert sums == [sum(day[name] for day in body["days"]) for name in ("images", "micro_usd")]
            assert sums[1] == body["account"]["spent_micro_usd"] == sums[0] * PRICE
            return rows
        page = f"after={body['next']}"


def differences(calls: list[Told], rows: dict[str, dict[str, Any]], seen: Counter[str]) -> Iterator[str]:
    """Sentences about what a key's books have otherwise than its program; `seen` counts what either may say.

    A call that was cut in mid-body is charged or void, and a kill may come between the last byte and the note of it,
    which gives the pictures away. Whoever left before the head of the answer does not know the call's id.
    """
    known = {one.id for one in calls if one.id}
    unknown = [one for id, one in rows.items() if id not in known and one["images"]]
    seen["charged to who left while waiting"] += len(unknown)
    if len(unknown) > sum(one.leaves == "waiting" for one in calls):
        yield f"charged without a delivery: {unknown}"
    for told in calls:
        row = rows.get(told.id)
        if row is None:
            if told.is_whole and told.status == 200 and not told.code:
                seen["told again for nothing"] += 1
            continue
        booked = (row["images"], row["status"])
        if not told.is_whole and told.status == 200:
            seen["cut, charged" if row["images"] else "cut, void"] += 1
            if booked != (told.asked, 200) and (row["images"] or row["status"] == 200):
                yield f"cut, and neither charged nor void: {told} {row}"
        elif told.images and booked == (0, 500):
            seen["given away by a kill"] += 1
        elif row["images"] != told.images:
            yield f"told otherwise: {told} {row}"
        else:
            seen["delivered and charged" if told.images else "failed and free"] += 1
