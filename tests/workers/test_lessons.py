"""A worker knows when to hold a lesson, holds one at a time, and holds it in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests import factories
from webcare import db
from webcare.services import judgements
from webcare.services import lessons as due
from webcare.services.judgements import Word
from workers import lessons

pytestmark = pytest.mark.usefixtures("clean_database", "redis_url")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, ...]]]:
    """Let a lesson last until the test ends; return the words of those that were begun."""
    begun: list[tuple[str, ...]] = []
    over = threading.Event()

    def learn(*words: str) -> None:
        begun.append(words)
        over.wait(30)

    monkeypatch.setattr(lessons, "_learn", learn)
    yield begun
    over.set()
    for thread in threading.enumerate():
        if thread.name == "lesson":
            thread.join(30)


def test_the_first_model_is_made_unasked_and_once(held: list[tuple[str, ...]]) -> None:
    assert [lessons.drain(), lessons.drain()] == [1, 0]
    assert held == [("learn", "--shipped")]


def test_a_lesson_begins_when_enough_was_judged(
    held: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "needs_model", lambda: False)
    assert lessons.drain() == 0
    with db.transaction() as session:
        cast = factories.cast(session)
        thread = factories.conversation(session, cast.team_id)
        for _ in range(due.ENOUGH):
            judgements.judge(session, cast.amina, thread.id, Word(1, "read again"))
    assert lessons.drain() == 1
    assert held == [("learn",)]


def test_what_the_lesson_said_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    # As kind as at night, it would wait for every other test of this machine.
    monkeypatch.setattr(lessons, "_KINDNESS", 0)
    with capture_logs() as logs:
        lessons._learn("learn", "--no-such-word")
    assert (logs[-1]["event"], logs[-1]["code"]) == ("the lesson is over", 2)
    assert "no-such-word" in logs[-1]["said"]
