"""Posts of broadcasts leave once, signed; a rehearsal's never; what fell while it waited stays here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import factories, standin
from tests.factories import Cast
from tests.standin import Answer, StandIn
from webcare import clock, db
from webcare.channels.webhook import HEADER
from webcare.services import facts, nochange, posting, sending
from workers import posting as worker

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with standin.running() as made:
        yield made


@pytest.fixture
def cast() -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


def publish(
    cast: Cast, provider: StandIn | None, mode: str = "real", outlets: int = 1, **options: Any
) -> int:
    """Publish 'no change' in Dutch to inboxes that post to the stand-in; return its id."""
    where = {"outbound_url": provider.url} if provider else {}
    given = {"broadcasts": True, "languages": ["nl"], "allow_private": True, **where, **options}
    with db.transaction() as session:
        for _ in range(outlets):
            factories.inbox(session, options=given, secrets=["a-long-secret"])
        number = factories.activated(session, cast.dev, mode=mode).id
        factories.fact(session, cast.amina, number, "airspace_status", is_public=True)
        return nochange.publish(session, cast.dev, number, clock.now() + timedelta(hours=1)).id


def running(session: Session) -> int:
    """Return the one activation."""
    return int(session.execute(text("SELECT id FROM activations")).scalar_one())


def states() -> Counter[str]:
    with db.transaction() as session:
        return Counter(session.execute(text("SELECT state FROM broadcast_posts")).scalars())


def words() -> str:
    with db.transaction() as session:
        return str(session.execute(text("SELECT words FROM broadcast_posts")).scalar_one())


def test_a_post_is_signed_json_that_says_what_it_is(cast: Cast, provider: StandIn) -> None:
    number = publish(cast, provider)
    assert worker.drain() == 1
    assert worker.drain() == 0
    (taken,) = provider.taken
    body = taken["body"]
    assert {key: body[key] for key in ("type", "kind", "language", "broadcast")} == {
        "type": "broadcast",
        "kind": "nochange",
        "language": "nl",
        "broadcast": number,
    }
    assert "geen verandering" in body["text"]
    assert body["next_update_at"].endswith("Z")
    assert taken["headers"]["idempotency-key"] == body["id"]
    assert HEADER.lower() in taken["headers"]
    assert states() == {"sent": 1}


def test_workers_that_drain_at_once_post_nothing_twice(cast: Cast, provider: StandIn) -> None:
    publish(cast, provider, outlets=12)
    threads = [threading.Thread(target=worker.drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(each["body"]["id"] for each in provider.taken).most_common(1)[0][1] == 1
    assert states() == {"sent": 12}


def test_a_rehearsal_reaches_no_channel_at_all(
    cast: Cast, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> NoReturn:
        pytest.fail("a rehearsal spoke to the outside world")

    monkeypatch.setattr(worker, "post_signed", explode)
    publish(cast, provider, mode="rehearsal")
    assert worker.drain() == 0
    # Even a row that somebody queued by hand ends here.
    with db.transaction() as session:
        session.execute(text("UPDATE broadcast_posts SET state = 'queued'"))
    assert worker.drain() == 0
    assert states() == {"withheld": 1}


def test_while_outbound_is_paused_posts_wait_and_leave_afterwards(cast: Cast, provider: StandIn) -> None:
    with db.transaction() as session:
        sending.pause(session, cast.dev)
    publish(cast, provider)
    assert worker.drain() == 0
    assert states() == {"queued": 1}
    with db.transaction() as session:
        sending.resume(session, cast.dev)
    assert worker.drain() == 1


def test_a_fact_that_fell_while_a_post_waited_keeps_it_here(cast: Cast, provider: StandIn) -> None:
    with db.transaction() as session:
        sending.pause(session, cast.dev)
    publish(cast, provider)
    with db.transaction() as session:
        facts.retract(session, cast.dev, running(session), "airspace_status", "the bulletin was withdrawn")
        sending.resume(session, cast.dev)
    assert worker.drain() == 0
    assert states() == {"failed": 1}
    assert "'airspace_status' is retracted now" in words()
    assert provider.taken == []


def test_a_fact_that_was_renewed_in_the_same_words_still_leaves(cast: Cast, provider: StandIn) -> None:
    with db.transaction() as session:
        sending.pause(session, cast.dev)
    publish(cast, provider)
    with db.transaction() as session:
        facts.renew(session, cast.dev, running(session), "airspace_status")
        sending.resume(session, cast.dev)
    assert worker.drain() == 1


def test_a_promise_that_has_passed_meanwhile_is_not_posted(cast: Cast, provider: StandIn) -> None:
    publish(cast, provider)
    with db.transaction() as session:
        session.execute(text("UPDATE broadcasts SET next_update_at = now() - interval '1 minute'"))
    assert worker.drain() == 0
    assert "waited past the next update" in words()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(429, {}, {"Retry-After": "60"}), "retry_wait"),
        (Answer(404, {}), "failed"),
        (Answer(500, {}), "unknown"),
        (Answer(is_reset=True), "unknown"),
    ],
)
def test_each_trouble_has_its_state_and_is_tried_once(
    cast: Cast, provider: StandIn, answer: Answer, state: str
) -> None:
    publish(cast, provider)
    provider.answers = [answer]
    worker.drain()
    worker.drain()
    assert states() == {state: 1}
    assert len(provider.taken) == 1


def test_without_its_address_a_post_waits_and_says_so_once(cast: Cast) -> None:
    publish(cast, None)
    for _ in range(2):
        assert worker.drain() == 0
        with db.transaction() as session:
            session.execute(text("UPDATE broadcast_posts SET not_before = now()"))
    assert states() == {"retry_wait": 1}
    assert "has no outbound_url" in words()
    with db.transaction() as session:
        postponed = text("SELECT count(*) FROM events WHERE verb = 'postponed'")
        assert session.execute(postponed).scalar_one() == 1


_CRASH = """
from workers import posting
posting.drain()
"""


def test_killed_while_posting_it_is_asked_about_and_never_repeated(cast: Cast, provider: StandIn) -> None:
    number = publish(cast, provider)
    provider.answers = [Answer(wait_s=3.0)]
    child = subprocess.Popen([sys.executable, "-c", _CRASH], env=os.environ)
    until = time.monotonic() + 20
    while not provider.taken and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert states() == {"sending": 1}
    with db.transaction() as session:
        session.execute(text("UPDATE broadcast_posts SET lease_until = clock_timestamp() - interval '1 s'"))
        assert posting.sweep(session) == 1
    assert worker.drain() == 0
    assert states() == {"unknown": 1}
    assert len(provider.taken) == 1
    with db.transaction() as session:
        post = session.execute(text("SELECT id FROM broadcast_posts")).scalar_one()
        posting.decide(session, cast.dev, number, post, "resend")
    assert worker.drain() == 1
    assert states() == {"sent": 1}
