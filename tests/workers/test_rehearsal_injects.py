"""A short rehearsal through the real workers: injects come once, the desk acts, times and score agree."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest
from sqlalchemy import text

from tests import factories
from tests.factories import Cast
from webcare import clock, db
from webcare.domain import score
from webcare.queries import activations, injects, scores
from webcare.services import assignment, hiding
from webcare.services import injects as throwing
from webcare.services.facts import retract
from webcare.services.standing_down import stand_down
from workers import rehearsal, triage

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")

KILLED = """
import os
from webcare import db
from webcare.services import injects
with db.transaction() as session:
    assert injects.throw_due(session, {activation}) == 2
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def started() -> tuple[Cast, int]:
    """Start a rehearsal at sixty times its speed, 20 seconds (20 minutes of its story) ago."""
    with db.transaction() as session:
        cast = factories.cast(session)
        options = {"speed": 60, "per_minute": 0.01, "seed": 1}
        row = factories.activated(session, cast.dev, mode="rehearsal", options=options)
    with db.transaction() as session:
        back = "UPDATE activations SET started_at = started_at - interval '20 seconds' WHERE id = :id"
        session.execute(text(back), {"id": row.id})
        # The first two are due; the others are kept away, however slow this machine is.
        session.execute(text("UPDATE injects SET due_at = due_at - interval '20 seconds'"))
        later = "UPDATE injects SET due_at = due_at + interval '1 hour' WHERE key IN ('leak', 'threat')"
        session.execute(text(later))
    return cast, row.id


def count(statement: str) -> int:
    with db.transaction() as session:
        return int(session.execute(text(statement)).scalar_one())


def total(activation_id: int, now: datetime) -> score.Score:
    with db.transaction() as session:
        return scores.of(session, activations.one(session, activation_id), now)


def test_a_worker_killed_in_the_middle_leaves_nothing_and_nothing_comes_twice(
    started: tuple[Cast, int],
) -> None:
    script = KILLED.format(activation=started[1])
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert count("SELECT count(*) FROM injects WHERE thrown_at IS NOT NULL") == 0
    assert count("SELECT count(*) FROM raw_events") == 0
    rehearsal.drain()
    rehearsal.drain()
    assert count("SELECT count(*) FROM injects WHERE thrown_at IS NOT NULL") == 2
    assert count("SELECT count(*) FROM raw_events WHERE dedupe_key LIKE 'id:inject-%'") == 9


def test_two_workers_at_once_throw_each_once(started: tuple[Cast, int]) -> None:
    with db.transaction() as first:
        assert throwing.throw_due(first, started[1]) == 2
        with db.transaction() as second:
            assert throwing.throw_due(second, started[1]) == 0
    assert count("SELECT count(*) FROM raw_events WHERE dedupe_key LIKE 'id:inject-%'") == 9


def test_a_desk_that_acts_has_its_times_and_its_score(started: tuple[Cast, int]) -> None:
    cast, activation_id = started
    rehearsal.drain()
    triage.drain()
    with db.transaction() as session:
        retract(session, cast.amina, activation_id, "hotel_capacity", "operations corrected it")
        factories.fact(session, cast.amina, activation_id, "rumour_answers")
    assert rehearsal.drain() == 0
    with db.transaction() as session:
        rows = {each.key: each for each in injects.of(session, activation_id)}
    taken = "SELECT retracted_at FROM fact_versions WHERE retracted_at IS NOT NULL"
    with db.transaction() as session:
        assert rows["wrong_fact"].met_at == session.execute(text(taken)).scalar_one()
    assert [rows[key].state(clock.now()) for key in ("rumour", "wrong_fact", "leak")] == [
        "met",
        "met",
        "waiting",
    ]
    found = {part.key: part for part in total(activation_id, clock.now()).parts}
    assert (found["injects"].points, found["injects"].figure) == (25, "2 of 2 met; late counts half")
    assert total(activation_id, clock.now()).total is None  # 25 of 100 say nothing about a desk


def test_the_report_after_the_end_says_what_the_database_says(started: tuple[Cast, int]) -> None:
    cast, activation_id = started
    with db.transaction() as session:
        session.execute(text("UPDATE injects SET due_at = clock_timestamp() WHERE thrown_at IS NULL"))
    rehearsal.drain()
    triage.drain()
    threat = "SELECT id FROM conversations WHERE urgency = 0 AND lane = 'duty'"
    leak = "SELECT id FROM messages WHERE is_public AND 'privacy_exposed' = ANY(intents)"
    place, exposed = count(threat), count(leak)
    with db.transaction() as session:
        assignment.claim(session, cast.dev, place)
        hiding.hide(session, cast.amina, exposed)
        stand_down(session, cast.dev, activation_id, "practised enough")
    later = total(activation_id, clock.now())
    assert count("SELECT count(*) FROM injects WHERE met_at IS NOT NULL") == 2
    # The two that nobody met had time left when it ended: they count for neither side.
    assert {each.key: each.points for each in later.parts}["injects"] == 25
    # The leak is urgent too; nobody claimed it, and its quarter of an hour was not over.
    assert {each.key: each.figure for each in later.parts}["urgent"] == "1 of 1 taken on by a person in time"
    assert count("SELECT count(*) FROM conversations WHERE rehearsal_id IS NULL") == 0
    assert later.total == 100
