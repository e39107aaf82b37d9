"""Alarms and waits."""

import datetime
import os
import threading
import time

import pytest

from playground.imageapi.client.retry import clamp_retry_after, retry_after_seconds
from playground.imageapi.client.transport import AlarmThread, set_alarm
from playground.imageapi.pricing import seconds_to_midnight

NOW = datetime.datetime(2026, 11, 20, 15, 59, 0, tzinfo=datetime.UTC)


def test_alarms_run_in_the_order_of_their_times():
    alarms, calls, done = AlarmThread(), [], threading.Event()
    alarms.set(0.03, done.set)
    alarms.set(0.02, lambda: calls.append("late"))
    alarms.set(0.01, lambda: calls.append("early"))
    assert done.wait(20)
    assert calls == ["early", "late"]


def test_a_cancelled_alarm_never_runs():
    alarms, calls, done = AlarmThread(), [], threading.Event()
    alarms.set(0.01, lambda: calls.append("cancelled")).cancel()
    alarms.set(0.02, done.set)
    assert done.wait(20)
    assert calls == []


def test_a_thousand_alarms_need_one_thread():
    alarms = AlarmThread()
    before = threading.active_count()
    pending = [alarms.set(60, lambda: None) for _ in range(1000)]
    assert threading.active_count() == before + 1
    for alarm in pending:
        alarm.cancel()


def test_cancelled_alarms_do_not_pile_up():
    alarms = AlarmThread()
    for _ in range(5000):
        alarms.set(60, lambda: None).cancel()
    assert len(alarms._heap) <= 1001


def test_alarms_run_in_a_forked_process():
    set_alarm(60, lambda: None)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        set_alarm(0.01, lambda: os.write(write, b"x"))
        time.sleep(5)
        os._exit(0)
    assert os.read(read, 1) == b"x"
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(read)
    os.close(write)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("1.5", 2),
        ("Fri, 20 Nov 2026 15:59:08 GMT", 8),
        ("3600", 3600),
        (None, None),
        ("", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("1e3", None),
        ("99999999999", None),
        ("٣", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("soon", None),
    ],
)
def test_retry_after_is_read_when_it_is_plain(value, seconds):
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize(("value", "seconds"), [("0", 1), ("120", 120), ("121", 5), ("inf", 5), (None, 5)])
def test_a_wait_to_show_is_between_one_second_and_two_minutes(value, seconds):
    assert clamp_retry_after(value, NOW) == seconds


def test_the_quota_resets_at_midnight_in_beijing():
    assert seconds_to_midnight(NOW) == 60
