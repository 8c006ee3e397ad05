"""One clock works, another stands by; a duty that fails stops no other; what a bell lost is rung again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import redis
from sqlalchemy import text

from tests import outgoing
from webcare import db, queues
from workers import clock
from workers.clock import Duty

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")


def waiting(url: str, queue: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.llen(f"rq:queue:{queue}"))


def roles() -> dict[str, str]:
    with db.transaction() as session:
        found = session.execute(text("SELECT name, role FROM heartbeats"))
        return {row.name.rpartition(":")[2]: row.role for row in found}


@pytest.mark.parametrize("duty", clock.duties(), ids=lambda duty: duty.name)
def test_every_duty_does_its_work_on_an_empty_desk(duty: Duty) -> None:
    clock._do(duty)
    assert not duty.is_failing


def test_a_duty_that_fails_leaves_the_others_their_turn() -> None:
    with db.transaction() as session:
        reply = outgoing.reply(session)
        lost = "UPDATE deliveries SET state = 'sending', lease_until = now() - interval '1 s'"
        session.execute(text(lost))
    agenda = [
        Duty("gone", "webcare.services.nowhere.nothing"),
        Duty("wrong", "webcare.db.upgrade"),
        Duty("outbox", "webcare.services.outbox.expire"),
    ]
    clock.tick(agenda)
    assert [duty.is_failing for duty in agenda] == [True, True, False]
    with db.transaction() as session:
        assert outgoing.delivery(session, reply).state == "unknown"


def test_what_a_lost_bell_left_behind_is_rung_for(clean_redis: str) -> None:
    with db.transaction() as session:
        inbox = outgoing.reply(session).inbox_id
        session.execute(
            text(
                "INSERT INTO raw_events (inbox_id, dedupe_key, sha256, body, received_at)"
                " VALUES (:inbox, 'a', '', '', now() - interval '16 s')"
            ),
            {"inbox": inbox},
        )
        session.execute(text("UPDATE desk SET epoch = 2"))
        session.execute(text("UPDATE conversations SET state = 'open'"))
    clock.tick([])
    rung = {queue: waiting(clean_redis, queue) for queue in queues.QUEUES}
    assert rung == {"triage": 1, "urgent": 1, "delivery": 1, "notify": 0, "reports": 1}


def test_fresh_work_is_left_to_its_own_bell(clean_redis: str) -> None:
    clock.tick([])
    assert not any(waiting(clean_redis, queue) for queue in queues.QUEUES)


@pytest.fixture
def clocks() -> Iterator[list[subprocess.Popen[bytes]]]:
    words = "from workers import clock; clock.TICK_S = 0.3; clock.run()"
    made = [subprocess.Popen([sys.executable, "-c", words], env=os.environ) for _ in range(2)]
    yield made
    for each in made:
        each.kill()
        each.wait()


def until_roles(wanted: list[str]) -> dict[str, str]:
    end = time.monotonic() + 15
    while sorted(found := roles().values()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    assert sorted(found) == wanted
    return roles()


def test_when_the_clock_is_killed_the_other_takes_over(clocks: list[subprocess.Popen[bytes]]) -> None:
    found = until_roles(["clock", "standby"])
    leader = next(each for each in clocks if found[str(each.pid)] == "clock")
    other = next(each for each in clocks if each is not leader)
    leader.kill()
    leader.wait()
    with db.transaction() as session:
        session.execute(text("DELETE FROM heartbeats"))
    assert until_roles(["clock"]) == {str(other.pid): "clock"}
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=5) == 0
