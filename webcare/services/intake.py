"""Keeps what arrives, byte for byte, before anybody tries to understand it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from webcare import clock, queues
from webcare.db import Moment
from webcare.queries.inboxes import InboxRow
from webcare.services import timeline

# Marks bytes that came under the id of an earlier message with other words.
SAME_ID = "Webcare-Same-Id"


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


# One text per column and one string of bytes: an array of bytes is escaped one by one, three times slower.
# Sorted, so that two requests with the same messages in another order can't wait for each other.
_KEEP = text("""
    WITH arrived AS (
        SELECT inbox_id, dedupe_key, nullif(external, '') AS external_id, headers::jsonb AS headers,
               substring(CAST(:bodies AS bytea) FROM starts FOR length) AS body
        FROM unnest(CAST(:inboxes AS bigint[]), string_to_array(:keys, E'\n'),
                    string_to_array(:externals, E'\n', NULL), string_to_array(:headers, E'\n'),
                    CAST(:starts AS int[]), CAST(:lengths AS int[]))
             AS given(inbox_id, dedupe_key, external, headers, starts, length)
    ), kept AS (
        INSERT INTO raw_events (inbox_id, dedupe_key, external_id, sha256, body, headers, state)
        SELECT inbox_id, dedupe_key, external_id, sha256(body), body, headers, 'received'
        FROM arrived ORDER BY inbox_id, dedupe_key
        ON CONFLICT (inbox_id, dedupe_key) DO NOTHING
        RETURNING id, inbox_id, dedupe_key
    ), counted AS (
        INSERT INTO events (at, verb, noun, noun_id, data)
        SELECT :now, 'accepted', 'inbox', inbox_id, jsonb_build_object('kept', count(*))
        FROM kept GROUP BY inbox_id
    )
    SELECT id, inbox_id, dedupe_key FROM kept
""").bindparams(bindparam("now", type_=Moment()))
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
    queues.after_commit(session, "triage")
    new = _insert(session, arrived)
    if len(new) == len(arrived):
        return [Receipt(f"r{new[_place(pair)]}", "kept") for pair in arrived]
    return _sorted_out(session, arrived, new)


def _sorted_out(session: Session, arrived: Sequence[Kept], new: dict[tuple[int, str], int]) -> list[Receipt]:
    """Return receipts when some messages came before; keep what differs beside the first."""
    known = _find(session, [pair for pair in arrived if _place(pair) not in new])
    receipts: list[Receipt] = []
    given: set[tuple[int, str]] = set()
    for pair in arrived:
        place = _place(pair)
        if place in new and place not in given:
            given.add(place)
            receipts.append(Receipt(f"r{new[place]}", "kept"))
            continue
        raw_id, sha256 = known.get(place) or _twin(arrived, new, place)
        if sha256 == pair[1].sha256:
            receipts.append(Receipt(f"r{raw_id}", "duplicate"))
        else:
            receipts.append(_beside(session, pair))
    _account(session, arrived, receipts)
    return receipts


def _place(pair: Kept) -> tuple[int, str]:
    return pair[0].id, pair[1].dedupe_key


def _twin(
    arrived: Sequence[Kept], new: dict[tuple[int, str], int], place: tuple[int, str]
) -> tuple[int, bytes]:
    # Twice in one request: the first of the two was kept a moment ago.
    first = next(pair for pair in arrived if _place(pair) == place)
    return new[place], first[1].sha256


def _beside(session: Session, pair: Kept) -> Receipt:
    """Keep a message whose id was used for other words before; it is shown too, and says so."""
    inbox, item = pair
    key = f"{item.dedupe_key}#{item.sha256.hex()}"
    other = inbox, Arrived(key, item.body, item.sha256, None, {**item.headers, SAME_ID: "1"})
    raw_id = _insert(session, [other]).get((inbox.id, key)) or _find(session, [other])[inbox.id, key][0]
    return Receipt(f"r{raw_id}", "differs")


def _insert(session: Session, arrived: Sequence[Kept]) -> dict[tuple[int, str], int]:
    if any("\n" in item.dedupe_key or "\n" in (item.external_id or "") for _, item in arrived):
        raise ValueError(
            "A dedupe key or an external id holds a line break; channels must not let one through."
        )
    ends = list(accumulate(len(item.body) for _, item in arrived))
    rows = session.execute(
        _KEEP,
        {
            "inboxes": [inbox.id for inbox, _ in arrived],
            "keys": "\n".join([item.dedupe_key for _, item in arrived]),
            "externals": "\n".join([item.external_id or "" for _, item in arrived]),
            "headers": "\n".join([json.dumps(item.headers) if item.headers else "{}" for _, item in arrived]),
            "bodies": b"".join([item.body for _, item in arrived]),
            "starts": [1, *(end + 1 for end in ends[:-1])],
            "lengths": [len(item.body) for _, item in arrived],
            "now": clock.now(),
        },
    )
    return {(inbox_id, key): raw_id for raw_id, inbox_id, key in rows}


def _find(session: Session, arrived: Sequence[Kept]) -> dict[tuple[int, str], tuple[int, bytes]]:
    rows = session.execute(
        _FIND, {"inbox": [pair[0].id for pair in arrived], "key": [pair[1].dedupe_key for pair in arrived]}
    )
    return {(inbox_id, key): (raw_id, bytes(sha256)) for raw_id, inbox_id, key, sha256 in rows}


def _account(session: Session, arrived: Sequence[Kept], receipts: Sequence[Receipt]) -> None:
    # What was sent again is counted apart; new messages were counted in the statement that kept them.
    tally: dict[int, Counter[str]] = {}
    for (inbox, _), receipt in zip(arrived, receipts, strict=True):
        if receipt.status != "kept":
            tally.setdefault(inbox.id, Counter())[receipt.status] += 1
    timeline.record_many(
        session,
        "accepted",
        [(None, ("inbox", inbox_id), dict(counted)) for inbox_id, counted in tally.items()],
    )
