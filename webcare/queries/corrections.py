"""Reads correction runs: who is told what, how many know by now, and why some do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.errors import NotFound
from webcare.queries.scope import LARGEST_ID

OPEN = ("drafting", "ready", "sending")
PAGE = 50

_RUNS = text("""
    SELECT c.id, c.activation_id, a.mode, f.key, w.version AS wrong_version, w.retracted_at,
           r.version AS right_version, c.state, c.wrong, c."right", c.why, c.started_by,
           s.name AS started_by_name, c.started_at, c.drafted_at, c.approved_by, p.name AS approved_by_name,
           c.approved_at, e.name AS closed_by_name, c.closed_at, c.wrong_version_id,
           coalesce(a.frozen #>> '{approval,correction}', 'lead') AS approver
    FROM corrections c JOIN activations a ON a.id = c.activation_id JOIN facts f ON f.id = c.fact_id
    JOIN fact_versions w ON w.id = c.wrong_version_id LEFT JOIN fact_versions r ON r.id = c.right_version_id
    JOIN agents s ON s.id = c.started_by LEFT JOIN agents p ON p.id = c.approved_by
    LEFT JOIN agents e ON e.id = c.closed_by
    WHERE CAST(:id AS bigint) IS NULL OR c.id = :id
    ORDER BY c.id DESC LIMIT :limit
""")
# What became of a notice is what became of its delivery; nothing is written twice.
_TALLY = text("""
    SELECT n.correction_id, CASE WHEN n.state <> 'queued' THEN n.state WHEN d.state = 'sent' THEN 'told'
                WHEN d.state = 'failed' THEN 'unreachable'
                WHEN d.state IN ('unknown', 'withheld') THEN d.state ELSE 'queued' END AS result,
           count(*) AS times
    FROM correction_notices n LEFT JOIN deliveries d ON d.message_id = n.outbound_id
    WHERE n.correction_id = ANY(:ids) GROUP BY 1, 2
""")
_WHYS = text("""
    SELECT CASE WHEN n.state = 'queued' THEN d.words ELSE n.why END AS words, count(*) AS times
    FROM correction_notices n LEFT JOIN deliveries d ON d.message_id = n.outbound_id
    WHERE n.correction_id = :id AND (n.state = 'unreachable' OR (n.state = 'queued' AND d.state = 'failed'))
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
""")
_LANGUAGES = text("""
    SELECT language, count(*) AS times, min(id) AS sample_id FROM correction_notices
    WHERE correction_id = :id GROUP BY language ORDER BY count(*) DESC, language
""")
_NOTICES = text("""
    SELECT n.id, n.conversation_id, n.language, n.text, c.is_public, i.name AS inbox_name, i.channel,
           coalesce(nullif(p.name, ''), p.address) AS contact_name,
           CASE WHEN n.state <> 'queued' THEN n.state WHEN d.state = 'sent' THEN 'told'
                WHEN d.state = 'failed' THEN 'unreachable'
                WHEN d.state IN ('unknown', 'withheld') THEN d.state ELSE 'queued' END AS result,
           CASE WHEN n.state = 'queued' THEN d.words ELSE n.why END AS words
    FROM correction_notices n JOIN conversations c ON c.id = n.conversation_id
    JOIN contacts p ON p.id = c.contact_id JOIN inboxes i ON i.id = c.inbox_id
    LEFT JOIN deliveries d ON d.message_id = n.outbound_id
    WHERE n.correction_id = :id AND n.id > :after
      AND (CAST(:ids AS bigint[]) IS NULL OR n.id = ANY(:ids))
      AND (NOT :is_left OR n.state = 'unreachable'
           OR (n.state = 'queued' AND d.state IN ('failed', 'unknown')))
    ORDER BY n.id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One run; `wrong` and `right` map language codes to words, `approver` is who may say yes."""

    id: int
    activation_id: int
    mode: str
    key: str
    wrong_version: int
    retracted_at: datetime | None
    right_version: int | None
    state: str
    wrong: dict[str, str]
    right: dict[str, str]
    why: str
    started_by: int
    started_by_name: str
    started_at: datetime
    drafted_at: datetime | None
    approved_by: int | None
    approved_by_name: str | None
    approved_at: datetime | None
    closed_by_name: str | None
    closed_at: datetime | None
    wrong_version_id: int
    approver: str

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to do something about it."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run is, in conversations; `withheld` is the end of every notice in a rehearsal."""

    drafted: int = 0
    queued: int = 0
    told: int = 0
    unreachable: int = 0
    unknown: int = 0
    withheld: int = 0
    skipped: int = 0

    @property
    def of(self) -> int:
        """Return how many there are to tell; who knew already is not among them."""
        return self.drafted + self.queued + self.told + self.left + self.withheld

    @property
    def left(self) -> int:
        """Return how many the run could not tell, or not for certain."""
        return self.unreachable + self.unknown

    @property
    def handed_over(self) -> int:
        """Return how many notices have gone to the outbox, whatever became of them."""
        return self.queued + self.told + self.unknown + self.withheld

    @property
    def sentence(self) -> str:
        """Return the result in words: `212 of 214 told, 2 unreachable`."""
        parts = [f"{self.told:,} of {self.of:,} told"]
        for count, word in (
            (self.unreachable, "unreachable"),
            (self.unknown, "unknown"),
            (self.withheld, "withheld (rehearsal)"),
            (self.queued, "on their way"),
            (self.drafted, "not sent yet"),
        ):
            parts += [f"{count:,} {word}"] if count else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What one contact is told, and what became of it; `words` are the provider's, or why not."""

    id: int
    conversation_id: int
    language: str
    text: str
    is_public: bool
    inbox_name: str
    channel: str
    contact_name: str
    result: str
    words: str


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """How many notices are in a language, and one of them to look at."""

    language: str
    count: int
    sample: NoticeRow


@dataclass(frozen=True, slots=True)
class Why:
    """A reason why contacts could not be reached, in the provider's words, and how many it stopped."""

    words: str
    count: int


def listed(session: Session, limit: int = 50) -> list[tuple[CorrectionRow, Tally]]:
    """Return the newest runs with how far each one is."""
    rows = [CorrectionRow(**each) for each in _runs(session, None, limit)]
    tallies = _tallies(session, [row.id for row in rows])
    return [(row, tallies[row.id]) for row in rows]


def one(session: Session, correction_id: int) -> CorrectionRow:
    """Return one run; raise NotFound when there is none."""
    fits = 0 < correction_id <= LARGEST_ID
    found = _runs(session, correction_id if fits else 0, 1)
    if not found:
        raise NotFound(f"There is no correction run {str(correction_id)[:20]}.")
    return CorrectionRow(**found[0])


def tally(session: Session, correction_id: int) -> Tally:
    """Return how far a run is, counted from the deliveries at this moment."""
    return _tallies(session, [correction_id])[correction_id]


def whys(session: Session, correction_id: int) -> list[Why]:
    """Return why contacts could not be reached, the most frequent reason first."""
    rows = session.execute(_WHYS, {"id": correction_id})
    return [Why(row.words or "No reason was given.", int(row.times)) for row in rows]


def languages(session: Session, correction_id: int) -> list[LanguageRow]:
    """Return the languages of a run with one sample of each, the most frequent first."""
    rows = session.execute(_LANGUAGES, {"id": correction_id}).all()
    given = {"after": 0, "ids": [row.sample_id for row in rows], "is_left": False, "limit": len(rows)}
    samples = {each.id: each for each in _notices(session, correction_id, given)}
    return [LanguageRow(row.language, int(row.times), samples[row.sample_id]) for row in rows]


def notices(
    session: Session, correction_id: int, after: int = 0, *, is_left: bool = False, limit: int = PAGE
) -> list[NoticeRow]:
    """Return the notices behind notice `after`; `is_left`: only those that did not arrive for certain."""
    given = {"after": min(max(after, 0), LARGEST_ID), "ids": None, "is_left": is_left, "limit": limit}
    return _notices(session, correction_id, given)


def _notices(session: Session, correction_id: int, given: dict[str, Any]) -> list[NoticeRow]:
    rows = session.execute(_NOTICES, {"id": correction_id, **given}).mappings()
    return [NoticeRow(**each) for each in rows]


def _runs(session: Session, correction_id: int | None, limit: int) -> list[Any]:
    return list(session.execute(_RUNS, {"id": correction_id, "limit": limit}).mappings())


def _tallies(session: Session, ids: list[int]) -> dict[int, Tally]:
    counts: dict[int, dict[str, int]] = {each: {} for each in ids}
    for row in session.execute(_TALLY, {"ids": ids}):
        counts[row.correction_id][row.result] = int(row.times)
    return {each: Tally(**found) for each, found in counts.items()}
