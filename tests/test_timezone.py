"""Times are the visitor's own."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import BASE, a_run, a_visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Asia/Shanghai", "2026-06-02 06:30"), ("", "2026-06-01 22:30"), ("../../etc/passwd", "2026-06-01 22:30")],
)
def test_the_time_of_a_run_is_in_the_zone_of_the_browser(client: Client, zone: str, shown: str) -> None:
    run = a_run(pictures=1, created_at=datetime(2026, 6, 1, 22, 30, tzinfo=UTC))
    a_visitor(client).cookies["timezone"] = zone
    assert shown in client.get(f"{BASE}runs/{run.pk}/", headers={"host": "127.0.0.1"}).content.decode()
