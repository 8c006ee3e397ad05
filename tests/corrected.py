"""Lays a wrong fact and the contacts who were told it, and walks a correction run for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import factories
from webcare.domain.rights import Who
from webcare.queries import corrections
from webcare.services import correction_drafting, facts
from webcare.services import corrections as runs
from webcare.services.corrections import Start

KEY = "cancelled_until"
WRONG = {"en": "Tuesday 18:00", "nl": "dinsdag 18:00"}
RIGHT = {"en": "Wednesday 06:00", "nl": "woensdag 06:00"}

# Every third reads English, Dutch or German; the German were told the English words.
_TELL = text("""
    WITH contact AS (
        INSERT INTO contacts (channel, address, name, created_at)
        SELECT 'webhook', CAST(:prefix AS text) || n || '@example.com', 'Eve Example', now()
        FROM generate_series(1, CAST(:count AS int)) n RETURNING id
    ), talk AS (
        INSERT INTO conversations (inbox_id, contact_id, rehearsal_id, state, state_at, urgency, level_since,
                                   last_message_at, created_at, is_public, language)
        SELECT CAST(:inbox AS bigint), id, CAST(:rehearsal AS bigint), 'waiting', now(), 3, now(),
               now(), now(), CAST(:is_public AS boolean), (ARRAY['en', 'nl', 'de'])[1 + id % 3]
        FROM contact RETURNING id, language
    ), said AS (
        INSERT INTO messages (conversation_id, inbox_id, direction, text, at, sent_at, key, is_public)
        SELECT id, CAST(:inbox AS bigint), 'outbound', CASE language WHEN 'nl' THEN
               'Onze vluchten gaan tot minstens ' || CAST(:nl AS text) || ' niet.'
               ELSE 'Our flights are cancelled until at least ' || CAST(:en AS text) || '.' END,
               CAST(:at AS timestamptz), CAST(:at AS timestamptz), gen_random_uuid()::text,
               CAST(:is_public AS boolean) FROM talk RETURNING id
    ), stated AS (
        INSERT INTO message_facts (message_id, fact_version_id) SELECT id, CAST(:version AS bigint) FROM said
    )
    INSERT INTO deliveries (message_id, inbox_id, state, not_before, created_at, changed_at)
    SELECT id, CAST(:inbox AS bigint), :state, now(), now() - interval '1 hour', now() - interval '1 hour'
    FROM said RETURNING message_id
""")


@dataclass(frozen=True)
class Mistake:
    """A fact that was wrong: where it stands and the row of its wrong version."""

    activation_id: int
    version_id: int
    version: int

    @property
    def start(self) -> Start:
        """Return what begins a run about it."""
        return Start(self.activation_id, KEY, self.version)


def mistake(session: Session, who: Who, mode: str = "real") -> Mistake:
    """Put the ash playbook in force and state the wrong thing."""
    at = factories.activated(session, who, mode=mode).id
    row = factories.fact(session, who, at, KEY, said=WRONG)
    assert row.version_id is not None
    assert row.version is not None
    return Mistake(at, row.version_id, row.version)


def tell(session: Session, inbox_id: int, version_id: int, count: int, **given: Any) -> list[int]:
    """Let `count` contacts have been told a version, each in a conversation of their own."""
    values = {
        "prefix": f"eve.{inbox_id}.{version_id}.",
        "state": "sent",
        "is_public": False,
        "rehearsal": None,
        "at": "2026-03-04T09:05:00Z",
        **WRONG,
        **given,
    }
    made = session.execute(_TELL, {"inbox": inbox_id, "version": version_id, "count": count, **values})
    return list(made.scalars())


def retract(session: Session, who: Who, of: Mistake) -> None:
    facts.retract(session, who, of.activation_id, KEY, "misread the bulletin")


def right(session: Session, who: Who, of: Mistake, **values: Any) -> None:
    factories.fact(session, who, of.activation_id, KEY, **{"said": RIGHT, **values})


def approve(session: Session, who: Who, run: int) -> None:
    """Approve the drafts as they stand."""
    drafted_at = corrections.one(session, run).drafted_at
    assert drafted_at is not None
    runs.approve(session, who, run, drafted_at)


def drafted(session: Session, who: Who, wanted: Start) -> int:
    """Start a run, draft it in small batches, and return its id."""
    run = runs.start(session, who, wanted)
    while correction_drafting.batch(session, 7):
        pass
    assert corrections.one(session, run).state == "ready"
    return run


def one(session: Session, statement: str, **values: Any) -> Any:
    """Return the one value that a statement gives."""
    return session.execute(text(statement), values).scalar_one()


def texts(session: Session, run: int) -> dict[int, str]:
    """Return every notice of a run: its text by conversation."""
    asked = text("SELECT conversation_id, text FROM correction_notices WHERE correction_id = :run")
    return {row.conversation_id: row.text for row in session.execute(asked, {"run": run})}


def versions(session: Session, wrong: Mistake) -> list[int]:
    """Return the rows of every version of the fact that was wrong, newest first."""
    asked = text(
        "SELECT id FROM fact_versions WHERE fact_id = (SELECT fact_id FROM fact_versions WHERE id = :id)"
        " ORDER BY id DESC"
    )
    return list(session.execute(asked, {"id": wrong.version_id}).scalars())
