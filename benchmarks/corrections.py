"""A fact that 50,000 sent messages stated is retracted: seconds to list them, and to draft them all."""

from __future__ import annotations

import time

from sqlalchemy import text

from benchmarks import rig
from webcare import clock, db, queues
from webcare.domain.rights import Who
from webcare.queries import correction_readers, corrections
from webcare.queries import facts as fact_board
from webcare.services import activation, agents, facts, inboxes
from webcare.services import corrections as runs
from webcare.services.agents import NewAgent
from workers import correcting

MESSAGES = 50_000
KEY = "cancelled_until"

_FILL = text("""
    WITH contact AS (
        INSERT INTO contacts (channel, address, name, created_at)
        SELECT 'webhook', 'c' || n, 'Contact ' || n, now() FROM generate_series(1, CAST(:count AS int)) n
        RETURNING id
    ), talk AS (
        INSERT INTO conversations (inbox_id, contact_id, state, state_at, urgency, level_since,
                                   last_message_at, created_at, language)
        SELECT CAST(:inbox AS bigint), id, 'waiting', now(), 3, now(), now(), now(),
               (ARRAY['en', 'nl', 'de', 'fr'])[1 + id % 4]
        FROM contact RETURNING id
    ), said AS (
        INSERT INTO messages (conversation_id, inbox_id, direction, text, at, sent_at, key)
        SELECT id, CAST(:inbox AS bigint), 'outbound', repeat('Our flights are cancelled until ', 8)
               || 'Tuesday 18:00.', now(), now(), gen_random_uuid()::text FROM talk RETURNING id
    ), stated AS (
        INSERT INTO message_facts (message_id, fact_version_id) SELECT id, CAST(:version AS bigint) FROM said
    )
    INSERT INTO deliveries (message_id, inbox_id, state, not_before, created_at, changed_at)
    SELECT id, CAST(:inbox AS bigint), 'sent', now(), now() - interval '1 hour', now() - interval '1 hour'
    FROM said
""")


def _lay(lead: Who) -> tuple[int, facts.FactEntry]:
    """State a fact, let everybody have been told, and return the activation with what was said."""
    with db.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        at = activation.activate(session, lead, activation.Activate("volcanic-ash", "Ash over the hub", 3)).id
        words = {"en": "Tuesday 18:00", "nl": "dinsdag 18:00"}
        entry = facts.FactEntry(at, KEY, "confirmed", words, "operations")
        stated = facts.state(session, lead, entry)
        inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
        session.execute(_FILL, {"inbox": inbox.id, "version": stated.version_id, "count": MESSAGES})
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM (ANALYZE)"))
    return at, entry


def _timed(what: str, times: dict[str, float], begun: float) -> float:
    times[what] = time.perf_counter() - begun
    return time.perf_counter()


def main() -> None:
    """Retract, list, draft; then look at the page's figures while everything is there."""
    times: dict[str, float] = {}
    with rig.engines():
        queues.connection().ping()
        with db.transaction() as session:
            lead = agents.create(session, None, NewAgent("dev@example.org", "Dev", "DV", "lead")).who()
        at, entry = _lay(lead)
        begun = time.perf_counter()
        with db.transaction() as session:
            facts.retract(session, lead, at, KEY, "misread")
            version = fact_board.one(session, at, KEY, clock.now())
            run = runs.start(session, lead, runs.Start(at, KEY, version.version or 1))
            reach = correction_readers.reach(session, version.version_id or 0)
        begun = _timed("list seconds (under 1)", times, begun)
        while _is_drafting(run):
            correcting.drain()
        begun = _timed("draft seconds (under 120)", times, begun)
        with db.transaction() as session:
            tally = corrections.tally(session, run)
            corrections.languages(session, run)
        begun = _timed("page's figures seconds", times, begun)
        correcting.drain()
        _timed("look for latecomers seconds", times, begun)
    assert reach.messages == MESSAGES == tally.drafted, (reach, tally, entry.key)
    rig.show("corrections", [{"messages": MESSAGES, "drafted": tally.drafted}], times)


def _is_drafting(run: int) -> bool:
    with db.transaction() as session:
        return corrections.one(session, run).state == "drafting"


if __name__ == "__main__":
    main()
