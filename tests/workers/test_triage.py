"""What was kept becomes visible messages: once, in one conversation per contact, with reasons."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

import pytest
from sqlalchemy import text

from webcare import db
from webcare.queries import ledger
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes, intake, reading
from webcare.services.intake import Arrived
from workers import triage

pytestmark = pytest.mark.usefixtures("clean_database", "redis_url")


@pytest.fixture
def inbox() -> InboxRow:
    with db.transaction() as session:
        return inboxes.create(session, None, inboxes.NewInbox("main", "Main", "webhook"))


def arrive(inbox: InboxRow, *bodies: bytes | dict[str, Any]) -> None:
    raw = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
    items = []
    for body in raw:
        digest = hashlib.sha256(body)
        items.append(Arrived(f"sha256:{digest.hexdigest()}", body, digest.digest()))
    with db.transaction() as session:
        intake.accept(session, inbox, items)


def rows(statement: str) -> list[Any]:
    with db.transaction() as session:
        return list(session.execute(text(statement)).all())


def said(words: str, by: str = "eve", **more: Any) -> dict[str, Any]:
    return {"from": {"id": by, "name": by.title()}, "text": words, **more}


def test_a_message_becomes_visible_with_an_explained_urgency(inbox: InboxRow) -> None:
    arrive(inbox, said("My insulin is in the checked bag, I have one pen left for tonight."))
    assert triage.drain() == 1
    ((level, reasons, state, preview),) = rows("SELECT urgency, reasons, state, preview FROM conversations")
    assert (level, state) == (1, "open")
    assert reasons[0]["words"]
    assert preview.startswith("My insulin")


def test_two_messages_of_one_contact_are_one_conversation_and_the_earliest_counts(inbox: InboxRow) -> None:
    arrive(inbox, said("When will you next update?"))
    triage.drain()
    ((since,),) = rows("SELECT waiting_since FROM conversations")
    arrive(inbox, said("My mother has chest pain in the queue at desk 14"))
    triage.drain()
    ((later, level, version),) = rows("SELECT waiting_since, urgency, version FROM conversations")
    assert (later, level, version) == (since, 0, 2)


def test_a_calmer_second_message_lowers_nothing(inbox: InboxRow) -> None:
    arrive(inbox, said("My mother has chest pain in the queue at desk 14"))
    triage.drain()
    arrive(inbox, said("Thank you, you are doing great."))
    triage.drain()
    assert rows("SELECT urgency FROM conversations") == [(0,)]


@pytest.mark.parametrize(
    "body",
    [b"not json at all", b"\xff\xfe\x00", b'{"text": 5}', b"[" * 100_000, b'{"text":"no sender"}', b""],
    ids=["words", "bytes", "type", "deep", "sender", "empty"],
)
def test_what_cannot_be_parsed_is_shown_as_unreadable(inbox: InboxRow, body: bytes) -> None:
    arrive(inbox, body, said("an ordinary question about my flight"))
    assert triage.drain() == 2
    troubled = rows("SELECT trouble, urgency FROM messages WHERE trouble IS NOT NULL")
    assert len(troubled) == 1
    assert troubled[0].urgency == 2
    assert rows("SELECT count(*) FROM conversations") == [(2,)]
    with db.transaction() as session:
        assert all(row.is_balanced for row in ledger.rows(session))


def test_hostile_characters_are_stored_as_text(inbox: InboxRow) -> None:
    arrive(
        inbox, b'{"from":{"id":"e\\u0000ve","name":"\\ud800"},"text":"a\\u0000b \\ud83d c","id":"x\\u0000"}'
    )
    assert triage.drain() == 1
    assert len(rows("SELECT 1 FROM messages WHERE trouble IS NULL")) == 1


def test_input_that_kills_its_reader_is_set_aside_where_people_see_it(inbox: InboxRow) -> None:
    arrive(inbox, said("poison"))
    for _ in range(reading.MOST_ATTEMPTS):
        with db.transaction() as session:  # a worker that claims and is killed
            assert reading.claim(session, "dead", 10) or reading.claim_suspects(session, "dead")
            session.execute(text("UPDATE raw_events SET lease_until = now() - interval '1 second'"))
    assert triage.drain() == 1
    ((trouble,),) = rows("SELECT trouble FROM messages")
    assert "stopped a worker" in trouble


def test_innocents_do_not_share_the_fate_of_what_killed_their_reader(inbox: InboxRow) -> None:
    arrive(inbox, said("POISON"), *(said(f"Is flight ZZ{n} going?", by=f"c{n}") for n in range(60)))
    groups = []
    while rows("SELECT 1 FROM raw_events WHERE state = 'received'"):
        with db.transaction() as session:
            claimed = reading.claim(session, "w", 250) or reading.claim_suspects(session, "w")
        groups.append(len(claimed))
        if any(b"POISON" in one.body and one.attempts <= reading.MOST_ATTEMPTS for one in claimed):
            rows("UPDATE raw_events SET lease_until = now() - interval '1 second' RETURNING 1")  # killed
            continue
        reads = [triage.read(one, _rules(inbox)) for one in claimed]
        with db.transaction() as session:
            reading.keep(session, "w", reads)
    assert len(groups) < 40
    assert rows("SELECT count(*) FROM messages WHERE trouble IS NULL") == [(60,)]
    assert len(rows("SELECT 1 FROM messages WHERE trouble LIKE '%stopped a worker%'")) == 1


def test_the_same_id_with_other_words_is_shown_too(inbox: InboxRow) -> None:
    for words in ("hello there", "HELP, my mother has chest pain"):
        body = json.dumps(said(words, id="c1")).encode()
        with db.transaction() as session:
            intake.accept(session, inbox, [Arrived("id:c1", body, hashlib.sha256(body).digest(), "c1")])
    assert triage.drain() == 2
    assert rows("SELECT count(*), min(urgency) FROM messages") == [(2, 0)]
    ((notices,),) = rows("SELECT notices FROM messages WHERE urgency = 0")
    assert "id of an earlier message" in notices[0]
    with db.transaction() as session:
        assert all(row.is_balanced for row in ledger.rows(session))


def test_a_slow_batch_shows_what_it_read_and_puts_the_rest_back(
    inbox: InboxRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(inbox, *(said(f"Is flight ZZ{n} going?", by=f"c{n}") for n in range(5)))
    monkeypatch.setattr(triage, "READ_S", -1.0)
    assert triage.once("w") == 1
    assert rows("SELECT count(*) FROM raw_events WHERE state = 'received' AND attempts = 0") == [(4,)]


def test_a_lease_keeps_others_away_until_it_ends(inbox: InboxRow) -> None:
    arrive(inbox, said("hello, is my flight going?"))
    with db.transaction() as session:
        (claimed,) = reading.claim(session, "first", 10)
    assert triage.drain() == 0
    rows("UPDATE raw_events SET lease_until = now() - interval '1 second' RETURNING 1")
    assert triage.drain() == 1
    late = triage.read(claimed, _rules(inbox))
    with db.transaction() as session:
        assert reading.keep(session, "first", [late]) == 0
    assert rows("SELECT count(*) FROM messages") == [(1,)]


def _rules(inbox: InboxRow) -> Any:
    from webcare.queries import activations

    with db.transaction() as session:
        return activations.in_force(session, inbox).cues


def test_four_workers_at_once_triage_everything_once(inbox: InboxRow) -> None:
    arrive(inbox, *(said(f"Is flight ZZ{n} going tomorrow?", by=f"c{n % 40}") for n in range(400)))
    threads = [
        threading.Thread(target=lambda name=f"w{n}": [None for _ in iter(lambda: triage.once(name, 25), 0)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows("SELECT count(*), count(DISTINCT raw_event_id) FROM messages") == [(400, 400)]
    assert rows("SELECT count(*), count(DISTINCT contact_id) FROM conversations") == [(40, 40)]
    assert rows("SELECT sum(version) FROM conversations") == [(400,)]
