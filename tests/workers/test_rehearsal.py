"""A rehearsal's messages arrive at their pace, each once, through the same door as real ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import outgoing
from webcare.channels import rehearsal as channel
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.domain.utterances import InboxConfig, Raw
from webcare.services import rehearsing
from workers import rehearsal as worker

pytestmark = pytest.mark.usefixtures("clean_database")

STORY = Rehearsal.model_validate(
    {
        "weights": {"rebook": 2, "medical": 1},
        "names": ["Eve", "Noor"],
        "cities": ["Oslo", "Rome"],
        "flights": ["ZZ123", "ZZ456"],
        "times": ["14:00", "18:30"],
        "messages": [
            {"intent": "rebook", "lang": "en", "text": "Can {name} rebook {flight}?"},
            {"intent": "medical", "lang": "nl", "text": "Mijn insuline ligt in {city}."},
        ],
    }
)


def started(session: Session, seconds: int, **options: Any) -> int:
    activation = outgoing.rehearsal(session, **options)
    outgoing.inbox(session, "rehearsal", activation)
    back = "UPDATE activations SET started_at = clock_timestamp() - make_interval(secs => :s)"
    session.execute(text(back), {"s": seconds})
    return activation


def bodies(session: Session) -> list[bytes]:
    return [bytes(row) for row in session.execute(text("SELECT body FROM raw_events ORDER BY id")).scalars()]


def test_the_pace_is_kept_and_nothing_comes_twice(session: Session) -> None:
    activation = started(session, 60, per_minute=6)
    assert rehearsing.pour(session, activation, STORY) in {6, 7}
    assert rehearsing.pour(session, activation, STORY) <= 1
    said = bodies(session)
    assert len(set(said)) == len(said)


def test_after_a_crash_it_goes_on_where_it_was(session: Session) -> None:
    activation = started(session, 600, seed=3)
    whole = [rehearsing.pour(session, activation, STORY) for _ in range(4)]
    assert whole == [20, 20, 20, 20]
    told = bodies(session)
    session.execute(text("DELETE FROM raw_events WHERE id > (SELECT min(id) + 29 FROM raw_events)"))
    for _ in range(3):
        rehearsing.pour(session, activation, STORY)
    assert bodies(session)[: len(told)] == told


def test_each_can_be_read_and_says_in_which_language(session: Session) -> None:
    rehearsing.pour(session, started(session, 30), STORY)
    for body in bodies(session):
        read = channel.parse(Raw(body), InboxConfig("rehearsal-1", "rehearsal"))
        assert read.text
        assert read.address.endswith("@example.org")
        assert read.language == json.loads(body)["language"]


def test_an_ended_rehearsal_is_quiet(session: Session) -> None:
    activation = started(session, 600)
    session.execute(text("UPDATE activations SET ended_at = now()"))
    assert rehearsing.pour(session, activation, STORY) == 0


@pytest.mark.usefixtures("clean_database", "clean_redis")
def test_a_playbook_that_is_gone_stops_nothing() -> None:
    assert worker.drain() == 0
