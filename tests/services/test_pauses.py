"""Pauses and turns run by the database's clock and are shared by everybody."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.orm import Session

from webcare import db
from webcare.services import heartbeats, pauses

pytestmark = pytest.mark.usefixtures("clean_database")


def test_the_longer_pause_stands(session: Session) -> None:
    pauses.pause(session, "a", 60, "long")
    pauses.pause(session, "a", 5, "short")
    assert 55 < pauses.left(session, "a") <= 60
    assert pauses.left(session, "b") == 0


@pytest.mark.usefixtures("clean_database")
def test_of_many_at_once_one_gets_the_turn() -> None:
    together, won = threading.Barrier(6), []

    def ask() -> None:
        together.wait()
        with db.transaction() as session:
            won.append(pauses.take_turn(session, "slack:crisis", 30))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]


def test_a_process_is_one_row_however_often_it_beats(session: Session) -> None:
    for _ in range(3):
        heartbeats.beat(session, "delivery@here:7", "delivery")
    assert heartbeats.sweep(session) == 0
    heartbeats.end(session, "delivery@here:7")
