"""Reads one delivery with all that sending it needs: message, contact, conversation and inbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain.utterances import Outbound

_ROW = text("""
    SELECT d.id AS delivery_id, d.attempt_no, d.message_id, d.inbox_id, i.name AS inbox_name,
           i.channel, i.options, m.conversation_id, m.key, m.text, m.subject, m.language,
           m.is_automatic, c.subject AS conversation_subject, p.address, p.name,
           (c.rehearsal_id IS NOT NULL OR i.rehearsal_id IS NOT NULL OR i.channel = 'rehearsal')
               AS is_rehearsal,
           EXISTS (SELECT 1 FROM desk WHERE outbound_paused_at IS NOT NULL) AS is_desk_paused,
           extract(epoch FROM d.lease_until - clock_timestamp()) AS lease_left_s,
           coalesce((SELECT t.threading FROM messages t WHERE t.conversation_id = c.id AND t.id < m.id
                     AND t.direction = 'inbound' ORDER BY t.id DESC LIMIT 1), '{}') AS threading
    FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN conversations c ON c.id = m.conversation_id
    JOIN contacts p ON p.id = c.contact_id JOIN inboxes i ON i.id = d.inbox_id
    WHERE d.id = :id AND (CAST(:worker AS text) IS NULL
                          OR (d.state = 'claimed' AND d.claimed_by = CAST(:worker AS text)))
    FOR UPDATE OF d
""")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery as its worker sees it; `lease_left_s` in seconds by the database's clock.

    `may_repeat`: the inbox's owner chose that a reply may arrive twice rather than not at all, and
    the channel gives the other side a key to tell.
    """

    delivery_id: int
    attempt_no: int
    message_id: int
    conversation_id: int
    inbox_id: int
    inbox_name: str
    outbound: Outbound = field(repr=False)
    is_rehearsal: bool
    is_desk_paused: bool
    may_repeat: bool
    lease_left_s: float


def claimed(session: Session, delivery_id: int, worker: str) -> Claimed | None:
    """Return the delivery if `worker` holds it, locked until the transaction ends; None otherwise."""
    found = session.execute(_ROW, {"id": delivery_id, "worker": worker}).one_or_none()
    return None if found is None else _claimed(found)


def sending(session: Session, delivery_id: int) -> Claimed:
    """Return a delivery in whatever state it is, locked until the transaction ends."""
    return _claimed(session.execute(_ROW, {"id": delivery_id, "worker": None}).one())


def _claimed(row: Any) -> Claimed:
    return Claimed(
        delivery_id=row.delivery_id,
        attempt_no=row.attempt_no,
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        inbox_id=row.inbox_id,
        inbox_name=row.inbox_name,
        outbound=_outbound(row),
        is_rehearsal=row.is_rehearsal,
        is_desk_paused=row.is_desk_paused,
        may_repeat=row.channel == "webhook" and row.options.get("at_least_once") is True,
        lease_left_s=float(row.lease_left_s or 0),
    )


def _outbound(row: Any) -> Outbound:
    return Outbound(
        message_id=row.key,
        address=row.address,
        text=row.text,
        conversation_id=row.conversation_id,
        name=row.name,
        subject=row.subject or row.conversation_subject,
        language=None if row.language == "und" else row.language,
        threading=row.threading,
        is_automatic=row.is_automatic,
    )
