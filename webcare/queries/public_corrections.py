"""Reads which public posts stated a wrong version, and which of them carry their correction by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

PublicResult = Literal["corrected", "withheld", "waiting", "unknown", "failed", "missing"]

# What a broadcast rests on is kept with it when it leaves; before that was so, its activation's fact counts.
_POSTS = text("""
    WITH
    run AS (SELECT c.id, c.wrong_version_id, f.key, f.activation_id, w.version, a.mode
            FROM corrections c JOIN facts f ON f.id = c.fact_id JOIN activations a ON a.id = c.activation_id
            JOIN fact_versions w ON w.id = c.wrong_version_id WHERE c.id = ANY(:ids)),
    wrong AS (SELECT run.id AS run_id, run.mode, b.id, b.kind, b.published_at
              FROM run JOIN broadcasts b ON b.state = 'published' AND b.correction_id IS DISTINCT FROM run.id
                  AND CASE WHEN b.parts #> ARRAY['versions', run.key] IS NOT NULL
                           THEN b.parts #>> ARRAY['versions', run.key] = run.wrong_version_id::text
                           ELSE b.activation_id = run.activation_id
                                AND b.facts ->> run.key = run.version::text END),
    word AS (SELECT b.correction_id, b.id FROM broadcasts b JOIN run ON run.id = b.correction_id
             WHERE b.state = 'published')
    SELECT w.run_id, w.id AS broadcast_id, w.published_at, i.name AS inbox_name, p.language,
           (SELECT q.state FROM word JOIN broadcast_posts q ON q.broadcast_id = word.id
            WHERE word.correction_id = w.run_id AND q.inbox_id = p.inbox_id AND q.language = p.language
            ORDER BY (q.state = 'sent') DESC, q.id DESC LIMIT 1) AS state
    FROM wrong w JOIN broadcast_posts p ON p.broadcast_id = w.id AND p.state = ANY(:left)
    JOIN inboxes i ON i.id = p.inbox_id
    UNION ALL
    SELECT w.run_id, w.id, w.published_at, NULL, NULL,
           CASE WHEN EXISTS (SELECT 1 FROM word WHERE word.correction_id = w.run_id) THEN 'sent' END
    FROM wrong w WHERE w.mode = 'real' AND w.kind <> 'post'
    ORDER BY 1, 2, 4 NULLS FIRST, 5
""")
_STATED = text(
    """
    SELECT count(*) AS times, min(b.published_at) AS first, max(b.published_at) AS last
    FROM fact_versions w JOIN facts f ON f.id = w.fact_id JOIN broadcasts b ON b.state = 'published'
    WHERE w.id = :version
      AND CASE WHEN b.parts #> ARRAY['versions', f.key] IS NOT NULL
               THEN b.parts #>> ARRAY['versions', f.key] = w.id::text
               ELSE b.activation_id = f.activation_id AND b.facts ->> f.key = w.version::text END
"""
)
_MARKS = text("""
    WITH
    run AS (SELECT c.id, c.wrong_version_id, f.key, f.activation_id, w.version, a.mode
            FROM corrections c JOIN facts f ON f.id = c.fact_id JOIN activations a ON a.id = c.activation_id
            JOIN fact_versions w ON w.id = c.wrong_version_id WHERE c.state <> 'withdrawn'),
    wrong AS (SELECT run.id AS run_id, run.mode, b.id, b.kind, b.published_at
              FROM run JOIN broadcasts b ON b.state = 'published' AND b.correction_id IS DISTINCT FROM run.id
                  AND CASE WHEN b.parts #> ARRAY['versions', run.key] IS NOT NULL
                           THEN b.parts #>> ARRAY['versions', run.key] = run.wrong_version_id::text
                           ELSE b.activation_id = run.activation_id
                                AND b.facts ->> run.key = run.version::text END),
    word AS (SELECT b.correction_id, b.id FROM broadcasts b JOIN run ON run.id = b.correction_id
             WHERE b.state = 'published')
    SELECT w.id, c.wrong, (SELECT min(word.id) FROM word WHERE word.correction_id = c.id) AS corrected_by
    FROM wrong w JOIN corrections c ON c.id = w.run_id WHERE w.id = ANY(:ids) ORDER BY w.id, c.id
""")
_WORDS = text("""
    SELECT b.id, b.state FROM broadcasts b WHERE b.correction_id = :id AND b.state <> 'withdrawn'
    ORDER BY (b.state = 'published'), b.id DESC LIMIT 1
""")
_OF_RUN = text("""
    SELECT c.wrong, c."right", f.key FROM corrections c JOIN facts f ON f.id = c.fact_id WHERE c.id = :id
""")
# `withheld` is as far as anything gets in a rehearsal; nobody knows about `unknown`, so it may be out.
_LEFT = ("sent", "unknown", "withheld")
_RESULTS: Mapping[str | None, PublicResult] = {
    None: "missing",
    "sent": "corrected",
    "withheld": "withheld",
    "unknown": "unknown",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class WrongPost:
    """One place where everybody could read it: an inbox in a language, or (both None) the public page."""

    broadcast_id: int
    published_at: datetime
    inbox_name: str | None
    language: str | None
    result: PublicResult


@dataclass(frozen=True, slots=True)
class WrongBroadcast:
    """What was wrong in a broadcast, in all languages, and the published one that corrects it, if any."""

    corrected_by: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicTally:
    """How far the public word of a run is, in posts; `withheld` is the end of each in a rehearsal."""

    of: int = 0
    corrected: int = 0
    withheld: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Return how many posts nothing corrects yet, or not for certain."""
        return self.of - self.corrected - self.withheld

    @property
    def sentence(self) -> str:
        """Return the result in words, such as `3 of 3 public posts corrected`; empty without posts."""
        if not self.of:
            return ""
        noun = "public post" if self.of == 1 else "public posts"
        withheld = f", {self.withheld:,} withheld" if self.withheld else ""
        return f"{self.corrected:,} of {self.of:,} {noun} corrected{withheld}"


@dataclass(frozen=True, slots=True)
class Stated:
    """How many published broadcasts stated a version, and when the first and the last of them left."""

    times: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Word:
    """The broadcast that is a run's public correction, and how far it is."""

    id: int
    state: str


@dataclass(frozen=True, slots=True)
class WhatWasWrong:
    """The words of a run per language, and the key of its fact; `right` is empty when nobody knew."""

    wrong: dict[str, str]
    right: dict[str, str]
    key: str


def stated(session: Session, version_id: int) -> Stated:
    """Return which published broadcasts stated a version, by record and not by search."""
    return Stated(*session.execute(_STATED, {"version": version_id}).one())


def posts(session: Session, correction_id: int) -> list[WrongPost]:
    """Return every public place that carried what was wrong, with what became of its correction."""
    return [_post(row) for row in _rows(session, [correction_id])]


def tally(session: Session, correction_id: int) -> PublicTally:
    """Return how many of those places carry the correction at this moment."""
    return tallies(session, [correction_id])[correction_id]


def tallies(session: Session, ids: Sequence[int]) -> dict[int, PublicTally]:
    """Return the same of several runs at once."""
    found: dict[int, list[PublicResult]] = {each: [] for each in ids}
    for row in _rows(session, ids):
        found[row.run_id].append(_post(row).result)
    return {
        each: PublicTally(
            len(results), results.count("corrected"), results.count("withheld"), results.count("waiting")
        )
        for each, results in found.items()
    }


def word(session: Session, correction_id: int) -> Word | None:
    """Return the public correction of a run: the one that is still open, else the newest that is out."""
    row = session.execute(_WORDS, {"id": correction_id}).one_or_none()
    return None if row is None else Word(row.id, row.state)


def what(session: Session, correction_id: int) -> WhatWasWrong:
    """Return the words that a run corrects."""
    row = session.execute(_OF_RUN, {"id": correction_id}).one()
    return WhatWasWrong(row.wrong, row.right, row.key)


def marks(session: Session, broadcast_ids: Iterable[int]) -> dict[int, WrongBroadcast]:
    """Return by id those broadcasts that a run calls wrong."""
    found: dict[int, WrongBroadcast] = {}
    for row in session.execute(_MARKS, {"ids": list(broadcast_ids)}):
        before = found.get(row.id, WrongBroadcast())
        words = (*before.words, *row.wrong.values())
        found[row.id] = WrongBroadcast(before.corrected_by or row.corrected_by, words)
    return found


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(_POSTS, {"ids": list(ids), "left": list(_LEFT)}).all() if ids else []


def _post(row: Any) -> WrongPost:
    result = _RESULTS.get(row.state, "waiting")
    return WrongPost(row.broadcast_id, row.published_at, row.inbox_name, row.language, result)
