"""Lists who was told something wrong and drafts what each of them is told instead, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.corrections import Wording
from webcare.models import Correction
from webcare.queries import correction_readers
from webcare.queries.correction_readers import Reader
from webcare.services import correction_wording, timeline

BATCH = 2_000

# A later message of the same conversation takes the place of an earlier one; what is queued stays.
_WRITE = text("""
    INSERT INTO correction_notices
        (correction_id, conversation_id, message_id, language, text, state, why, changed_at)
    SELECT :correction, made.*, :now
    FROM unnest(CAST(:conversations AS bigint[]), CAST(:messages AS bigint[]), CAST(:languages AS text[]),
                CAST(:texts AS text[]), CAST(:states AS text[]), CAST(:whys AS text[])) made
    ON CONFLICT (correction_id, conversation_id) DO UPDATE
    SET message_id = excluded.message_id, language = excluded.language, text = excluded.text,
        state = excluded.state, why = excluded.why, changed_at = excluded.changed_at
    WHERE correction_notices.state <> 'queued'
""")
# Told means: another run about the same words of the same fact said the same to them, and it left or will.
_SKIP = text("""
    UPDATE correction_notices n SET state = 'skipped', why = 'Told already, in run ' || e.id || '.',
           changed_at = :now
    FROM corrections c, corrections e, correction_notices b, deliveries d
    WHERE n.correction_id = :correction AND n.conversation_id = ANY(:conversations) AND n.state = 'drafted'
      AND c.id = n.correction_id AND e.fact_id = c.fact_id AND e.id <> c.id
      AND e.wrong = c.wrong AND e."right" = c."right"
      AND b.correction_id = e.id AND b.conversation_id = n.conversation_id AND b.outbound_id > n.message_id
      AND d.message_id = b.outbound_id AND d.state NOT IN ('failed', 'unknown')
    RETURNING n.id
""")


def batch(session: Session, limit: int = BATCH) -> int:
    """Draft for those whom the next `limit` messages told; return how many messages' worth was looked at.

    Works on the oldest run that is being drafted, and when there is none, on what left only after a run
    had been listed. A run that another worker holds is skipped. Returns 0 when there is nothing to do.
    """
    asked = select(Correction).where(Correction.state == "drafting").order_by(Correction.id).limit(1)
    row = session.scalars(asked.with_for_update(skip_locked=True)).one_or_none()
    return _latecomers(session, limit) if row is None else _listed(session, row, limit)


def skip_told(session: Session, correction_id: int, conversation_ids: Sequence[int]) -> int:
    """Leave out the conversations that another run told the same already; return how many."""
    given = {"correction": correction_id, "conversations": list(conversation_ids), "now": clock.now()}
    return len(session.execute(_SKIP, given).all())


def _listed(session: Session, row: Correction, limit: int) -> int:
    found = correction_readers.walk(session, row.wrong_version_id, row.listed_up_to, limit)
    if not found.readers:
        _ready(session, row)
        return 1
    _, wording = correction_wording.of_run(session, row)
    _write(session, row, wording, found.readers)
    row.listed_up_to = found.reached
    session.flush()
    live.tell(session, "correction", [row.id])
    return len(found.readers)


def _latecomers(session: Session, limit: int) -> int:
    """Draft for those whose message was on its way while the list was made; their words are the same."""
    asked = select(Correction).where(Correction.state.in_(("ready", "sending"))).order_by(Correction.id)
    for row in session.scalars(asked.with_for_update(skip_locked=True)):
        found = correction_readers.late(session, row.wrong_version_id, (row.id, row.started_at), limit)
        if found.readers and not correction_wording.is_stale(session, row):
            _, wording = correction_wording.of_run(session, row)
            _write(session, row, wording, found.readers)
            live.tell(session, "correction", [row.id])
            return len(found.readers)
    return 0


def _write(session: Session, row: Correction, wording: Wording, readers: Sequence[Reader]) -> None:
    drafted = [_drafted(wording, each) for each in readers]
    names = ("conversations", "messages", "languages", "texts", "states", "whys")
    columns: dict[str, Any] = {name: [each[name] for each in drafted] for name in names}
    session.execute(_WRITE, {"correction": row.id, "now": clock.now(), **columns})
    skip_told(session, row.id, columns["conversations"])


def _drafted(wording: Wording, reader: Reader) -> dict[str, Any]:
    notice = wording.notice(reader.told)
    why = _unreachable(reader, len(notice.text))
    return {
        "conversations": reader.conversation_id,
        "messages": reader.message_id,
        "languages": notice.language,
        "texts": notice.text,
        "states": "unreachable" if why else "drafted",
        "whys": why,
    }


def _unreachable(reader: Reader, length: int) -> str:
    """Return why nothing can be sent there, or ''."""
    if reader.is_closed:
        return f"The inbox {reader.inbox_name} is closed."
    if reader.longest is not None and length > reader.longest:
        return f"The correction has {length} characters; {reader.inbox_name} sends {reader.longest} at most."
    return ""


def _ready(session: Session, row: Correction) -> None:
    row.state, row.drafted_at = "ready", clock.now()
    session.flush()
    timeline.record(session, None, "drafted_notices", ("correction", row.id), activation_id=row.activation_id)
    live.tell(session, "correction", [row.id])
