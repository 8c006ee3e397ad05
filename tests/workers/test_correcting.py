"""A whole correction run: 214 were told, every one of them hears it once, whatever dies on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests import corrected, factories, outgoing, standin
from tests.corrected import Mistake
from tests.factories import Cast
from tests.standin import Answer, StandIn
from tests.workers.test_triage import arrive
from webcare import clock, db, live
from webcare.queries import corrections as rows
from webcare.queries import inboxes
from webcare.services import correction_watch, corrections, outbox
from workers import correcting, delivery, triage

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")

TOLD = 214
_SLOWLY = """
import time
from webcare.services import correction_drafting, correction_sending
from workers import correcting

draft, send, room = correction_drafting.batch, correction_sending.batch, [0]

def draft_slowly(session):
    done = draft(session, 10)
    time.sleep(0.05 if done else 0)
    return done

def send_slowly(session):
    room[0] += 10
    done = send(session, room[0])
    time.sleep(0.05 if done else 0)
    return done

correction_drafting.batch, correction_sending.batch = draft_slowly, send_slowly
correcting.drain()
"""


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with standin.running() as made:
        yield made


@pytest.fixture
def crew() -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


def lay(crew: Cast, provider: StandIn, count: int, mode: str = "real") -> Mistake:
    """Let `count` contacts have been told what is then retracted."""
    with db.transaction() as session:
        wrong = corrected.mistake(session, crew.dev, mode)
        inbox = outgoing.inbox(session, outbound_url=provider.url, allow_private=True)
        rehearsal = wrong.activation_id if mode == "rehearsal" else None
        state = "withheld" if rehearsal else "sent"
        corrected.tell(session, inbox, wrong.version_id, count, rehearsal=rehearsal, state=state)
        corrected.retract(session, crew.dev, wrong)
    return wrong


def start(crew: Cast, wrong: Mistake) -> int:
    with db.transaction() as session:
        return corrections.start(session, crew.dev, wrong.start)


def approve(crew: Cast, run: int) -> None:
    with db.transaction() as session:
        corrected.approve(session, crew.dev, run)


def said(run: int) -> str:
    with db.transaction() as session:
        return rows.tally(session, run).sentence


def count(statement: str) -> int:
    with db.transaction() as session:
        return int(outgoing.one(session, statement))


def killed_once(statement: str, enough: int) -> int:
    """Run the worker slowly, kill it with -9 once `statement` counts `enough`; return the count then."""
    child = subprocess.Popen([sys.executable, "-c", _SLOWLY], env=os.environ)
    until = time.monotonic() + 20
    while count(statement) < enough and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return count(statement)


def refuses_two(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the provider know no box of two addresses."""
    ordinary = provider.next

    def answer(request: dict[str, Any]) -> Answer:
        given = ordinary(request)
        gone = request["body"]["to"]["id"].rpartition(".")[0].rpartition("@")[0].endswith((".7", ".70"))
        return Answer(404, {}) if gone else given

    monkeypatch.setattr(provider, "next", answer)


def test_212_of_214_hear_it_once_though_the_worker_is_killed_twice(
    crew: Cast, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuses_two(provider, monkeypatch)
    run = start(crew, lay(crew, provider, TOLD))
    assert 50 <= killed_once("SELECT count(*) FROM correction_notices", 50) < TOLD
    correcting.drain()
    assert said(run) == "0 of 214 told, 214 not sent yet"
    approve(crew, run)
    assert 30 <= killed_once("SELECT count(*) FROM messages WHERE client_token IS NOT NULL", 30) < TOLD
    correcting.drain()
    delivery.drain()
    assert said(run) == "212 of 214 told, 2 unreachable"
    times = Counter(each["body"]["to"]["id"] for each in provider.taken)
    assert set(times.values()) == {1}
    assert len(times) == TOLD
    with db.transaction() as session:
        (why,) = rows.whys(session, run)
        assert why.count == 2
        assert "refused the message (HTTP 404)" in why.words
        assert rows.one(session, run).state == "sending"
        assert len(rows.notices(session, run, is_left=True)) == 2


def test_in_a_rehearsal_nothing_leaves_and_the_run_says_so(crew: Cast, provider: StandIn) -> None:
    run = start(crew, lay(crew, provider, 5, "rehearsal"))
    correcting.drain()
    approve(crew, run)
    correcting.drain()
    delivery.drain()
    assert said(run) == "0 of 5 told, 5 withheld (rehearsal)"
    assert not provider.taken


def test_who_was_not_reached_and_is_sent_to_again_counts_as_told(crew: Cast, provider: StandIn) -> None:
    run = start(crew, lay(crew, provider, 3))
    correcting.drain()
    approve(crew, run)
    correcting.drain()
    provider.answers = [Answer(404, {})]
    delivery.drain()
    assert said(run) == "2 of 3 told, 1 unreachable"
    with db.transaction() as session:
        failed = outgoing.one(session, "SELECT id FROM deliveries WHERE state = 'failed'")
        outbox.decide(session, crew.dev, failed, "resend")
    delivery.drain()
    assert said(run) == "3 of 3 told"


def test_the_crisis_channel_has_one_line_that_ends_when_everybody_knows(
    crew: Cast, provider: StandIn
) -> None:
    run = start(crew, lay(crew, provider, 3))
    correcting.drain()
    lines = "SELECT string_agg(text, ' | ') FROM alerts WHERE kind = 'correction.run'"
    for _ in range(3):
        watch()
    with db.transaction() as session:
        assert "3 people read it. The drafts are ready" in outgoing.one(session, lines)
    approve(crew, run)
    correcting.drain()
    delivery.drain()
    assert watch() == 1
    assert watch() == 0
    with db.transaction() as session:
        found = session.execute(
            text("SELECT slack_channel, coalesce_key, text FROM alerts WHERE kind = 'correction.run'")
        ).all()
    assert len(found) == 1
    assert found[0].slack_channel == "crisis"
    assert found[0].text.endswith("3 of 3 told.")


def test_a_page_that_missed_the_news_hears_it_again_for_a_minute(
    crew: Cast, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(crew, lay(crew, provider, 3))
    correcting.drain()
    told: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(live, "tell", lambda _, noun, ids=(): told.append((noun, list(ids))))
    watch()
    assert ("correction", [run]) in told
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    told.clear()
    watch()
    assert ("correction", [run]) not in told


def watch() -> int:
    with db.transaction() as session:
        return correction_watch.watch(session)


def test_an_answer_to_a_correction_opens_the_conversation_as_ever(crew: Cast, provider: StandIn) -> None:
    run = start(crew, lay(crew, provider, 2))
    correcting.drain()
    approve(crew, run)
    correcting.drain()
    delivery.drain()
    assert count("SELECT count(*) FROM conversations WHERE state = 'open'") == 0
    answer(count("SELECT min(conversation_id) FROM correction_notices"))
    assert count("SELECT count(*) FROM conversations WHERE state = 'open'") == 1


def answer(talk: int) -> None:
    """Let the contact of a conversation write back, through the door that every message takes."""
    with db.transaction() as session:
        asked = "SELECT c.inbox_id, p.address FROM conversations c JOIN contacts p ON p.id = c.contact_id"
        row = session.execute(text(f"{asked} WHERE c.id = :id"), {"id": talk}).one()
        inbox = inboxes.by_ids(session, [row.inbox_id])[row.inbox_id]
    arrive(inbox, {"id": "a-1", "from": {"id": row.address}, "text": "I had booked a hotel on that!"})
    triage.drain()
