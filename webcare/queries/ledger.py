"""Compares what we said we received with what is kept, read and visible, per inbox."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

_COUNTS = text("""
    WITH received AS (
        SELECT noun_id AS inbox_id, sum(coalesce((data->>'kept')::bigint, 0)) AS kept,
               sum(coalesce((data->>'duplicate')::bigint, 0)) AS repeated,
               sum(coalesce((data->>'differs')::bigint, 0)) AS differing
        FROM events WHERE verb = 'accepted' AND noun = 'inbox' GROUP BY noun_id
    ), total AS (
        SELECT inbox_id, count(*) AS rows FROM raw_events GROUP BY inbox_id
    ), unread AS (
        SELECT inbox_id, count(*) AS waiting FROM raw_events WHERE state = 'received' GROUP BY inbox_id
    ), odd AS (
        SELECT inbox_id, count(*) FILTER (WHERE state = 'unreadable') AS unreadable,
               count(*) FILTER (WHERE state = 'duplicate' AND read_at IS NOT NULL) AS same,
               count(*) FILTER (WHERE state = 'duplicate' AND read_at IS NULL) AS beside
        FROM raw_events WHERE state IN ('unreadable', 'duplicate') GROUP BY inbox_id
    ), stored AS (
        SELECT inbox_id, rows - coalesce(beside, 0) AS kept, coalesce(waiting, 0) AS waiting,
               rows - coalesce(beside, 0) - coalesce(waiting, 0) AS read,
               coalesce(unreadable, 0) AS unreadable, coalesce(same, 0) AS same
        FROM total LEFT JOIN unread USING (inbox_id) LEFT JOIN odd USING (inbox_id)
    ), shown AS (
        SELECT m.inbox_id, count(*) AS visible
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.direction = 'inbound' AND m.raw_event_id IS NOT NULL GROUP BY m.inbox_id
    )
    SELECT i.id, i.slug, i.name, coalesce(r.kept, 0) AS received, coalesce(s.kept, 0) AS kept,
           coalesce(s.read, 0) AS read, coalesce(v.visible, 0) + coalesce(s.same, 0) AS visible,
           coalesce(s.unreadable, 0) AS unreadable, coalesce(s.waiting, 0) AS waiting,
           coalesce(r.repeated, 0) AS repeated, coalesce(r.differing, 0) AS differing
    FROM inboxes i LEFT JOIN received r ON r.inbox_id = i.id LEFT JOIN stored s ON s.inbox_id = i.id
         LEFT JOIN shown v ON v.inbox_id = i.id
    ORDER BY i.name, i.id
""")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One inbox's account, in messages.

    `received` is what was answered with a receipt, counted at the edge; `kept` what lies in the
    database; `read` what a worker finished; `visible` what an agent can open. `repeated` and
    `differing` were sent again and are not counted twice.
    """

    inbox_id: int
    slug: str
    name: str
    received: int
    kept: int
    read: int
    visible: int
    unreadable: int
    waiting: int
    repeated: int
    differing: int

    @property
    def is_balanced(self) -> bool:
        """Return whether every message that we said we received can be opened by an agent."""
        return self.received == self.kept == self.read == self.visible

    @property
    def differences(self) -> tuple[str, ...]:
        """Return a sentence for every step where the figures part."""
        said = []
        if self.received > self.kept:
            said.append(
                f"{self.received - self.kept} received but not in the database: look at its log at once."
            )
        if self.received < self.kept:
            said.append(
                f"{self.kept - self.received} more kept than were answered with a receipt: nothing is lost,"
                " but look into the database's log and report this."
            )
        if self.waiting:
            said.append(f"{self.waiting} kept and not read yet: the triage worker has them next.")
        elif self.kept > self.read:
            said.append(f"{self.kept - self.read} kept but never read: run `webcare doctor`.")
        if self.read > self.visible:
            said.append(f"{self.read - self.visible} read but not visible in any conversation: report this.")
        if self.read < self.visible:
            said.append(
                f"{self.visible - self.read} more visible than were read: nothing is lost, but some stand"
                " there twice; report this."
            )
        if self.unreadable:
            said.append(f"{self.unreadable} could not be parsed and are shown as unreadable messages.")
        if self.differing:
            said.append(
                f"{self.differing} came with the id of an earlier message but another text; both are kept."
            )
        return tuple(said)


def rows(session: Session) -> list[LedgerRow]:
    """Return the account of every inbox, closed ones included."""
    return [LedgerRow(*row) for row in session.execute(_COUNTS)]
