"""Accepted means stored: one receipt per message, the same for a repetition, and nothing dropped."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.queries import inboxes, ledger
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes as inboxes_write
from webcare.services import intake
from webcare.services.intake import Arrived

# Rows that other tests committed lie about; this name is nobody else's.
SLUG = "intake-test"


def arrived(body: bytes, key: str | None = None) -> Arrived:
    digest = hashlib.sha256(body)
    return Arrived(
        key or f"sha256:{digest.hexdigest()}", body, digest.digest(), key and key.removeprefix("id:")
    )


def _bodies(session: Session, inbox: InboxRow) -> set[bytes]:
    asked = text("SELECT body FROM raw_events WHERE inbox_id = :inbox")
    return {bytes(body) for body in session.execute(asked, {"inbox": inbox.id}).scalars()}


@pytest.fixture
def inbox(session: Session) -> InboxRow:
    return inboxes_write.create(session, None, inboxes_write.NewInbox(SLUG, "Main", "webhook"))


def test_every_message_gets_a_receipt_and_lies_there_byte_for_byte(session: Session, inbox: InboxRow) -> None:
    bodies = [b'{"text":"one"}', b"\xff\x00 not text at all", b""]
    receipts = intake.accept(session, inbox, [arrived(body) for body in bodies])
    assert [receipt.status for receipt in receipts] == ["kept"] * 3
    stored = session.execute(
        text("SELECT 'r' || id, body FROM raw_events WHERE inbox_id = :inbox"), {"inbox": inbox.id}
    ).all()
    assert {receipt.id for receipt in receipts} == {row[0] for row in stored}
    assert sorted(bytes(row[1]) for row in stored) == sorted(bodies)


def test_the_same_message_again_gets_the_receipt_it_had(session: Session, inbox: InboxRow) -> None:
    first = intake.accept(session, inbox, [arrived(b"a", "id:7")])[0]
    again = intake.accept(session, inbox, [arrived(b"a", "id:7")])[0]
    assert (again.id, again.status) == (first.id, "duplicate")


def test_twice_in_one_batch_is_one_message(session: Session, inbox: InboxRow) -> None:
    receipts = intake.accept(session, inbox, [arrived(b"a", "id:7"), arrived(b"a", "id:7")])
    assert [receipt.status for receipt in receipts] == ["kept", "duplicate"]
    assert receipts[0].id == receipts[1].id


def test_one_id_with_other_words_keeps_both_and_says_so(session: Session, inbox: InboxRow) -> None:
    intake.accept(session, inbox, [arrived(b"a", "id:7")])
    assert intake.accept(session, inbox, [arrived(b"b", "id:7")])[0].status == "differs"
    assert _bodies(session, inbox) == {b"a", b"b"}
    (row,) = (row for row in ledger.rows(session) if row.inbox_id == inbox.id)
    assert (row.received, row.kept, row.differing) == (2, 2, 1)
    assert any("another text" in sentence for sentence in row.differences)


def test_the_same_id_in_another_inbox_is_another_message(session: Session, inbox: InboxRow) -> None:
    other = inboxes_write.create(session, None, inboxes_write.NewInbox("another-inbox", "Other", "webhook"))
    receipts = intake.accept_many(session, [(inbox, arrived(b"a", "id:7")), (other, arrived(b"a", "id:7"))])
    assert [receipt.status for receipt in receipts] == ["kept", "kept"]


def test_a_rotated_secret_lives_beside_the_one_before(session: Session, inbox: InboxRow) -> None:
    fresh = inboxes_write.rotate(session, None, inbox.id)
    found = inboxes.by_slug(session, SLUG)
    assert found is not None
    assert found.secrets == (fresh, inbox.secrets[0])
    newest = inboxes_write.rotate(session, None, inbox.id)
    found = inboxes.by_slug(session, SLUG)
    assert found is not None
    assert found.secrets == (newest, fresh)
