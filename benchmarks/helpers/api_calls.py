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
# When a client disconnects: with half of the request sent, while it waits, or after the answer began.
type Leaves = Literal["sending", "waiting", "reading"]


@dataclass
class CallRecord:
    """A client's record of its call. `id` comes with the answer's head; `is_whole`: the answer is complete."""

    requested: int = 1
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
) -> CallRecord:
    """Make a call. With `leaves`, reset the connection as a dying process does, after so many seconds."""
    record = CallRecord(n, leaves)
    requested = {"prompt": prompt, "quality": "low", "size": "1024x1024", "n": n, **sent}
    if is_edit:
        body, content_type = body_of(fields(**requested), part("image", picture(), "a.png")), FORM
    else:
        body, content_type = json.dumps({"model": "gpt-image-2", **requested}).encode(), "application/json"
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
            _read(connection.getresponse(), record)
    except (OSError, http.client.HTTPException):
        record.code = record.code or "broken"
    finally:
        if leaves and connection.sock:
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    return record


def _read(answer: http.client.HTTPResponse, record: CallRecord) -> None:
    record.status, record.id = answer.status, answer.headers.get("x-request-id", "")
    if record.leaves == "reading":
        answer.read(1000)
        return
    body = answer.read()
    record.images = body.count(b'"b64_json":"') - body.count(b"partial_image_index")
    if record.status != 200:
        record.code = json.loads(body)["error"]["code"]
    elif b"event: error" in body:
        record.code = json.loads(body.rpartition(b"data: ")[2])["error"]["code"]
    record.is_whole = True


def usage_rows(server: Server, key: str) -> dict[str, dict[str, Any]]:
    """Return the calls of a key by id from `v1/usage`, and assert that its totals are their sums."""
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
        rows |= {row["id"]: row for row in body["calls"]}
        if body["next"] is None:
            sums = [sum(row[name] for row in rows.values()) for name in ("images", "micro_usd")]
            assert sums == [sum(day[name] for day in body["days"]) for name in ("images", "micro_usd")]
            assert sums[1] == body["account"]["spent_micro_usd"] == sums[0] * PRICE
            return rows
        page = f"after={body['next']}"


def differences(calls: list[CallRecord], rows: dict[str, dict[str, Any]], outcomes: Counter[str]) -> Iterator[str]:
    """Yield sentences about rows that differ from the client's records; count the rest in `seen`.

    A call that was cut in its body is either charged or void. A kill between the last byte and its note in the
    database gives the pictures away. A client that disconnected before the answer's head does not know the call's id.
    """
    known = {item.id for item in calls if item.id}
    unknown = [item for id, item in rows.items() if id not in known and item["images"]]
    outcomes["charged after a disconnect while waiting"] += len(unknown)
    if len(unknown) > sum(item.leaves == "waiting" for item in calls):
        yield f"charged without a delivery: {unknown}"
    for record in calls:
        row = rows.get(record.id)
        if row is None:
            if record.is_whole and record.status == 200 and not record.code:
                outcomes["replayed for free"] += 1
            continue
        charged = (row["images"], row["status"])
        if not record.is_whole and record.status == 200:
            outcomes["cut, charged" if row["images"] else "cut, void"] += 1
            if charged != (record.requested, 200) and (row["images"] or row["status"] == 200):
                yield f"cut, and neither charged nor void: {record} {row}"
        elif record.images and charged == (0, 500):
            outcomes["given away by a kill"] += 1
        elif row["images"] != record.images:
            yield f"received otherwise: {record} {row}"
        else:
            outcomes["delivered and charged" if record.images else "failed and free"] += 1
