"""Keeps what arrives, byte for byte, before anybody tries to understand it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import queues
from webcare.queries.inboxes import InboxRow
from webcare.services import timeline


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as it came in. Two with the same `dedupe_key` in one inbox are one message."""

    dedupe_key: str
    body: bytes
    sha256: bytes
    external_id: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Our word that a message is kept: `kept`, `duplicate`, or `differs` (same id, other bytes)."""

    id: str
    status: str


# Sorted, so that two requests with the same messages in another order can't wait for each other.
_KEEP = text("""
    INSERT INTO raw_events (inbox_id, dedupe_key, external_id, sha256, body, headers, state)
    SELECT inbox_id, dedupe_key, external_id, sha256, body, headers::jsonb, state
    FROM unnest(CAST(:inbox AS bigint[]), CAST(:key AS text[]), CAST(:external AS text[]),
                CAST(:sha AS bytea[]), CAST(:body AS bytea[]), CAST(:headers AS text[]),
                CAST(:state AS text[]))
         AS arrived(inbox_id, dedupe_key, external_id, sha256, body, headers, state)
    ORDER BY inbox_id, dedupe_key
    ON CONFLICT (inbox_id, dedupe_key) DO NOTHING
    RETURNING id, inbox_id, dedupe_key
""")
_FIND = text("""
    SELECT raw.id, raw.inbox_id, raw.dedupe_key, raw.sha256
    FROM unnest(CAST(:inbox AS bigint[]), CAST(:key AS text[])) AS asked(inbox_id, dedupe_key)
    JOIN raw_events raw USING (inbox_id, dedupe_key)
""")

Kept = tuple[InboxRow, Arrived]


def accept(session: Session, inbox: InboxRow, items: Sequence[Arrived]) -> list[Receipt]:
    """Keep `items` of one inbox and return a receipt for each, in their order.

    Safe to repeat: a message that is already there gets the receipt it got before.
    """
    return accept_many(session, [(inbox, item) for item in items])


def accept_many(session: Session, arrived: Sequence[Kept]) -> list[Receipt]:
    """Keep messages of several inboxes in one statement; the heart of the shared commit."""
    new = _insert(session, arrived, "received")
    known = (
        _find(session, [pair for pair in arrived if _place(pair) not in new])
        if len(new) < len(arrived)
        else {}
    )
    receipts: list[Receipt] = []
    differing: list[Kept] = []
    given: set[tuple[int, str]] = set()
    for pair in arrived:
        place = _place(pair)
        if place in new and place not in given:
            given.add(place)
            receipts.append(Receipt(f"r{new[place]}", "kept"))
            continue
        raw_id, sha256 = known.get(place) or _twin(arrived, new, place)
        same = sha256 == pair[1].sha256
        receipts.append(Receipt(f"r{raw_id}", "duplicate" if same else "differs"))
        if not same:
            differing.append((pair[0], _renamed(pair[1])))
    if differing:
        _insert(session, differing, "duplicate")
    _account(session, arrived, receipts)
    queues.after_commit(session, "triage")
    return receipts


def _place(pair: Kept) -> tuple[int, str]:
    return pair[0].id, pair[1].dedupe_key


def _twin(
    arrived: Sequence[Kept], new: dict[tuple[int, str], int], place: tuple[int, str]
) -> tuple[int, bytes]:
    # Twice in one request: the first of the two was kept a moment ago.
    first = next(pair for pair in arrived if _place(pair) == place)
    return new[place], first[1].sha256


def _renamed(item: Arrived) -> Arrived:
    # The sender used one id for two texts: the second is kept beside the first and shows in the ledger.
    return Arrived(
        f"{item.dedupe_key}#{item.sha256.hex()}", item.body, item.sha256, item.external_id, item.headers
    )


def _insert(session: Session, arrived: Sequence[Kept], state: str) -> dict[tuple[int, str], int]:
    rows = session.execute(
        _KEEP,
        {
            "inbox": [inbox.id for inbox, _ in arrived],
            "key": [item.dedupe_key for _, item in arrived],
            "external": [item.external_id for _, item in arrived],
            "sha": [item.sha256 for _, item in arrived],
            "body": [item.body for _, item in arrived],
            "headers": [json.dumps(item.headers) if item.headers else "{}" for _, item in arrived],
            "state": [state] * len(arrived),
        },
    )
    return {(inbox_id, key): raw_id for raw_id, inbox_id, key in rows}


def _find(session: Session, arrived: Sequence[Kept]) -> dict[tuple[int, str], tuple[int, bytes]]:
    rows = session.execute(
        _FIND, {"inbox": [pair[0].id for pair in arrived], "key": [pair[1].dedupe_key for pair in arrived]}
    )
    return {(inbox_id, key): (raw_id, bytes(sha256)) for raw_id, inbox_id, key, sha256 in rows}


def _account(session: Session, arrived: Sequence[Kept], receipts: Sequence[Receipt]) -> None:
    # The ledger's "received" is counted here, apart from the rows it is later compared with.
    tally: dict[int, Counter[str]] = {}
    for (inbox, _), receipt in zip(arrived, receipts, strict=True):
        tally.setdefault(inbox.id, Counter())[receipt.status] += 1
    timeline.record_many(
        session,
        "accepted",
        [(None, ("inbox", inbox_id), dict(counted)) for inbox_id, counted in tally.items()],
    )
