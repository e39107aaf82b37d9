"""Child processes behind a fair, bounded queue."""

import os
from concurrent.futures import wait
from pathlib import Path

import pytest

from playground.processes.child import DRAWING
from playground.processes.pool import FairQueue, PoolBusyError, PoolTask, PoolTaskError, ProcessPool


@pytest.fixture
def pool():
    """One child that does chores."""
    pool = ProcessPool[str, object]("tests.processes.pool_tasks:chore", name=DRAWING, children=1)
    yield pool
    pool.close()


@pytest.fixture
def gate(tmp_path):
    """A pipe: the child that is told to block on it waits until `open_gate`."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


def open_gate(gate: Path) -> None:
    gate.write_text("open")


def do(pool, *whats, owner="alice"):
    return pool.submit([PoolTask(what) for what in whats], owner=owner)


def result(pool, what):
    return do(pool, what)[0].result(timeout=20)


def test_a_task_is_done_in_another_process_that_stays(pool):
    first, second = (job.result(timeout=20) for job in do(pool, "pid", "pid"))
    assert first == second != os.getpid()


def test_children_are_nice_and_do_not_know_django(pool):
    assert result(pool, "niceness") == min(19, os.nice(0) + 10)
    assert "django" not in result(pool, "modules")


def test_the_error_of_a_failed_task_does_not_contain_its_argument(pool, caplog):
    with pytest.raises(PoolTaskError):
        result(pool, "raise secrets of a request")
    assert "KeyError" in caplog.text and "secrets" not in caplog.text
    assert result(pool, "still here") == "still here"


def test_a_lost_child_is_replaced_and_its_task_tried_again(pool, tmp_path):
    assert result(pool, f"die-once {tmp_path / 'mark'}") == "alive"


def test_a_task_that_kills_every_child_fails_alone(pool):
    with pytest.raises(PoolTaskError):
        result(pool, "die")
    assert result(pool, "still here") == "still here"


def test_a_single_task_overtakes_the_many_of_another_owner(pool, gate):
    done = []
    blocked, *many = do(pool, f"block {gate}", "a2", "a3", "a4", owner="alice")
    (single,) = do(pool, "b1", owner="bob")
    for job in (*many, single):
        job.add_done_callback(lambda job: done.append(job.result()))
    open_gate(gate)
    wait([blocked, *many, single], timeout=20)
    assert done.index("b1") <= 1


def test_too_much_work_is_refused_with_the_wait(pool, gate):
    (blocked,) = do(pool, f"block {gate}")
    waiting = do(pool, *["x"] * 90)
    with pytest.raises(PoolBusyError) as refusal:
        do(pool, "one more", owner="bob")
    assert refusal.value.seconds == 64
    for job in waiting:
        job.cancel()
    open_gate(gate)
    assert blocked.result(timeout=20) == "open"


def test_cancelled_work_makes_room_for_others(pool, gate):
    (blocked,) = do(pool, f"block {gate}")
    for job in do(pool, *["x"] * 90):
        assert job.cancel()
    (next_job,) = do(pool, "one more")
    open_gate(gate)
    assert (blocked.result(timeout=20), next_job.result(timeout=20)) == ("open", "one more")


def test_closing_ends_the_children(pool):
    pid = result(pool, "pid")
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_owners_are_served_in_turn():
    queue = FairQueue[str]()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.put(item[0], item)
    assert [queue.take() for _ in range(len(queue))] == ["a1", "b1", "c1", "a2", "c2", "a3"]
