"""Pours the synthetic messages of a rehearsal into its own inbox, each exactly once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain import pace
from webcare.domain.playbook.rehearsal import Rehearsal, SyntheticMessage, messages
from webcare.queries import inboxes
from webcare.services import intake

# After a pause of the workers the rest comes in steps, not in one wave.
MOST_AT_ONCE = 20

# The lock keeps two workers from pouring the same message; the position is what the inbox holds.
_RUNNING = text("""
    SELECT a.id, a.options, extract(epoch FROM clock_timestamp() - a.started_at) AS elapsed_s,
           i.id AS inbox_id
    FROM activations a JOIN inboxes i ON i.rehearsal_id = a.id AND i.closed_at IS NULL
    WHERE a.id = :id AND a.ended_at IS NULL AND a.mode = 'rehearsal'
    ORDER BY i.id LIMIT 1 FOR UPDATE OF a SKIP LOCKED
""")
# What an inject put there is no part of the count: the natural mix goes on beside it.
_POURED = text("""
    SELECT count(*) FROM raw_events WHERE inbox_id = :inbox AND dedupe_key LIKE 'id:rehearsal-%'
""")


def pour(session: Session, activation_id: int, rehearsal: Rehearsal) -> int:
    """Let the synthetic messages arrive that are due by now; return how many came in.

    The pace is `options["per_minute"]` of the activation, 12 by default, times `options["speed"]`.
    """
    row = session.execute(_RUNNING, {"id": activation_id}).one_or_none()
    if row is None:
        return 0
    runs = pace.of(row.options, activation_id)
    poured = int(session.execute(_POURED, {"inbox": row.inbox_id}).scalar_one())
    behind = pace.due(float(row.elapsed_s), runs.per_real_minute, runs.seed) - poured
    if behind <= 0:
        return 0
    inbox = inboxes.by_ids(session, [row.inbox_id])[row.inbox_id]
    most = max(MOST_AT_ONCE, int(MOST_AT_ONCE * runs.speed))
    arrived = list(_arrivals(activation_id, messages(rehearsal, runs.seed), poured, min(behind, most)))
    intake.accept(session, inbox, arrived)
    return len(arrived)


def _arrivals(
    activation_id: int, endless: Iterator[SyntheticMessage], skip: int, count: int
) -> Iterator[intake.Arrived]:
    for number, said in enumerate(islice(endless, skip, skip + count), start=skip):
        external_id = f"rehearsal-{activation_id}-{number}"
        yield arrival(external_id, (said.name, said.address), (said.lang, said.text))


def arrival(
    external_id: str, sender: tuple[str, str], said: tuple[str, str], *, is_public: bool = False
) -> intake.Arrived:
    """Return one synthetic message as the rehearsal's channel reads it.

    `sender` is a name and an address, `said` a language code and the words.
    """
    fields = {
        "id": external_id,
        "from": {"id": sender[1], "name": sender[0]},
        "text": said[1],
        "language": said[0],
        **({"public": True} if is_public else {}),
    }
    body = json.dumps(fields, ensure_ascii=False).encode()
    return intake.Arrived(f"id:{external_id}", body, hashlib.sha256(body).digest(), external_id)
