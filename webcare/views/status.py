"""Shows everybody, without signing in, what was published in a crisis and when the next update comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, request

from webcare import clock, db, rendering
from webcare.domain import broadcasts as words
from webcare.domain.public_corrections import struck
from webcare.queries import activations, broadcast_facts, reply_times, rules
from webcare.queries import broadcasts as rows
from webcare.queries.activations import ActivationRow
from webcare.queries.broadcasts import BroadcastRow
from webcare.queries.public_corrections import WrongBroadcast
from webcare.views import answers

blueprint = Blueprint("status", __name__)
# A crowd that reloads is served by every cache on the way; a new update is seen this late at most.
FRESH_S = 15
# Where help stays is still worth reading for a while after the end.
KEPT = timedelta(days=14)


@blueprint.get("/status")
def show() -> Response:
    """Show the page, in the language asked for or the reader's own."""
    language, now = _language(), clock.now()
    found = _read(now)
    page = rendering.render(
        "status/show.html",
        language=language,
        running=found.running,
        updates=[(row, *_said(row, language)) for row in found.updates],
        wrong=found.wrong,
        corrected=lambda row: _corrected(row, found.wrong),
        headed=words.headed,
        struck=struck,
        reply_times=[each for each in _times(now) if each["language"] == language],
        now=now,
        at=lambda moment, number: words.in_words(moment, now, found.zones[number]),
    )
    return _cacheable(make_response(page))


@blueprint.get("/status.json")
def as_json() -> Response:
    """Give the same to programs."""
    now = clock.now()
    found = _read(now)
    crises = [{"title": each.title, "next_update_at": each.next_update_at} for each in found.running]
    updates = [_plain(row, found) for row in found.updates]
    body = {"now": now, "crises": crises, "updates": updates, "reply_times": _times(now)}
    return _cacheable(answers.as_json(body))


@dataclass(frozen=True, slots=True)
class _Found:
    """What is real and public: crises in force, their updates, and the zone of each by activation.

    `wrong` are the updates that turned out wrong, each with what was wrong and which one corrects it.
    """

    running: list[ActivationRow]
    updates: list[BroadcastRow]
    zones: dict[int | None, ZoneInfo]
    wrong: dict[int, WrongBroadcast]


def _read(now: datetime) -> _Found:
    with db.transaction() as session:
        running = [each for each in activations.running(session) if not each.is_rehearsal]
        updates = rows.in_public(session, now - KEPT)
        numbers = {each.id for each in running} | {each.activation_id for each in updates}
        zones = {each: rules.zone_of(rows.source(session, each).playbook) for each in numbers}
        return _Found(running, updates, zones, broadcast_facts.wrong(session, updates))


def _times(now: datetime) -> list[dict[str, Any]]:
    """Return what was measured of the real inboxes in the last ten minutes; `at` is when, in words."""
    zone = rules.zone_of(rules.base())
    with db.transaction() as session:
        fresh = [each for each in reply_times.fresh(session, now) if each.rehearsal_id is None]
    return [
        {
            "inbox": row.inbox_name,
            "language": row.language,
            "expected_minutes": row.expected_minutes,
            "measured_minutes": row.measured_minutes,
            "replies": row.replies,
            "measured_at": row.measured_at,
            "at": words.in_words(row.measured_at, now, zone),
            "said": row.words,
        }
        for row in fresh
    ]


def _said(row: BroadcastRow, language: str) -> tuple[str, dict[str, str]]:
    """Return the words in the language, or the first one that there is, with its code."""
    said = row.said
    chosen = language if language in said else next(iter(said))
    return chosen, said[chosen]


def _plain(row: BroadcastRow, found: _Found) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "crisis": row.title,
        "published_at": row.published_at,
        "next_update_at": row.next_update_at,
        "was_wrong": row.id in found.wrong,
        "corrected_by": found.wrong[row.id].corrected_by if row.id in found.wrong else None,
        "corrects": _corrected(row, found.wrong),
        "said": row.said,
    }


def _corrected(row: BroadcastRow, wrong: Mapping[int, WrongBroadcast]) -> list[int]:
    """Return the updates that this one corrects, oldest first."""
    return sorted(number for number, each in wrong.items() if each.corrected_by == row.id)


def _language() -> str:
    asked = request.args.get("language", "")
    if asked in words.LANGUAGES:
        return asked
    return request.accept_languages.best_match(words.LANGUAGES, default="en") or "en"


def _cacheable(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S}"
    answer.headers["Vary"] = "Accept-Language"
    return answer
