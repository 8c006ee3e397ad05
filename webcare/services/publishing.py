"""Publishes broadcasts: fixes their words, lays a post for every channel, keeps the promise of an update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain import alerts as words_for
from webcare.domain.rights import Who
from webcare.errors import Conflict, Refused, WebcareError
from webcare.models import Agent, Broadcast, BroadcastPost
from webcare.queries import broadcast_facts, broadcast_texts, broadcasts, rules
from webcare.queries.broadcast_texts import Look
from webcare.queries.broadcasts import BroadcastRow
from webcare.services import alerts, promises, timeline

WITHHELD = "Rehearsal: not posted anywhere."
_LONGEST_WHY = 500
_NOUNS = {"nochange": "'No change'", "post": "A planned post", "correction": "A correction"}


@dataclass(frozen=True, slots=True)
class Published:
    """A broadcast that is out: its id, and on how many posts its words leave."""

    broadcast_id: int
    posts: int


def publish(session: Session, who: Who | None, broadcast_id: int) -> Published:
    """Publish an approved broadcast now, with the facts as they are now; `who` None: its time has come.

    Raises NotFound, Refused with every fact, length or moment that stands in the way, and Conflict when
    it isn't approved (any more), is paused, or its activation is over.
    """
    row = broadcasts.one(session, broadcast_id)
    look = refuse_unfit(session, row)
    now = clock.now()
    publishing = (
        update(Broadcast)
        .where(
            Broadcast.id == row.id,
            Broadcast.state == "approved",
            Broadcast.version == row.version,
            Broadcast.paused_at.is_(None),
        )
        .values(
            state="published",
            published_at=now,
            facts=look.facts,
            parts={**row.parts, **_kept(session, row, look)},
        )
        .returning(Broadcast.id)
    )
    if session.execute(publishing).first() is None:
        raise Conflict("This broadcast is not ready to be published any more; load the page again.")
    count = _lay_posts(session, row, look)
    promises_next = row.kind != "post" and not row.is_over
    if promises_next and row.activation_id is not None and row.next_update_at is not None:
        by = who or _author(session, row.author_id)
        promises.keep(session, by, row.activation_id, row.next_update_at, row.id)
    data = {"kind": row.kind, "activation_id": row.activation_id, "posts": count}
    timeline.record(session, who, "published", ("broadcast", row.id), **data, facts=look.facts)
    _announce(session, row, look, count)
    live.tell(session, "broadcast", [row.id])
    return Published(row.id, count)


def publish_due(session: Session, limit: int) -> int:
    """Publish what was planned for now, at most `limit`; return how many went out.

    One that can't leave is paused with the reason, and Slack hears of it: silence would break a promise
    that nobody watches.
    """
    asked = (
        select(Broadcast.id)
        .where(
            Broadcast.state == "approved",
            Broadcast.paused_at.is_(None),
            Broadcast.publish_at <= clock.now(),
        )
        .order_by(Broadcast.publish_at, Broadcast.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sum(_published(session, broadcast_id) for broadcast_id in list(session.scalars(asked)))


def refuse_unfit(session: Session, row: BroadcastRow) -> Look:
    """Return how a broadcast reads now; raise Refused with everything that stands in its way."""
    look = broadcast_texts.look(session, row, clock.now())
    if look.problems:
        raise Refused(f"This broadcast can't leave yet. {' '.join(look.problems)}", look.problems)
    return look


def hold(session: Session, who: Who | None, broadcast_ids: list[int], why: str) -> int:
    """Pause approved broadcasts until a person resumes each; return how many weren't paused before."""
    pausing = (
        update(Broadcast)
        .where(Broadcast.id.in_(broadcast_ids), Broadcast.state == "approved", Broadcast.paused_at.is_(None))
        .values(paused_at=clock.now(), paused_why=why[:_LONGEST_WHY])
        .returning(Broadcast.id)
    )
    held = sorted(session.scalars(pausing))
    timeline.record_many(session, "paused", [(who, ("broadcast", number), {"why": why}) for number in held])
    if held:
        live.tell(session, "broadcast", held)
    return len(held)


def _published(session: Session, broadcast_id: int) -> bool:
    try:
        with session.begin_nested():
            publish(session, None, broadcast_id)
    except WebcareError as error:
        hold(session, None, [broadcast_id], str(error))
        row = broadcasts.one(session, broadcast_id)
        mark = "Rehearsal: " if row.is_rehearsal else ""
        text = f"{mark}A planned broadcast (#{broadcast_id}) could not leave and is paused: {error}"
        key = f"broadcast.paused:{broadcast_id}"
        alerts.raise_(session, alerts.Alert("broadcast.paused", "crisis", text, key, row.activation_id))
        return False
    return True


def _kept(session: Session, row: BroadcastRow, look: Look) -> dict[str, Any]:
    """Return what is kept: the words, and the versions by key, so that a correction finds them."""
    held = broadcast_facts.held_by(session, row)
    same = [key for key, version in look.facts.items() if key in held and held[key].value.version == version]
    versions = {key: held[key].version_id for key in same}
    return {"said": {each.language: each.plain() for each in look.said}, "versions": versions}


def _lay_posts(session: Session, row: BroadcastRow, look: Look) -> int:
    now = clock.now()
    for each in look.previews:
        post = BroadcastPost(
            broadcast_id=row.id,
            inbox_id=each.outlet.inbox_id,
            language=each.language,
            text=each.composed.text,
            key=str(uuid4()),
            state="withheld" if row.is_rehearsal else "queued",
            words=WITHHELD if row.is_rehearsal else "",
            not_before=now,
            changed_at=now,
        )
        session.add(post)
    session.flush()
    if look.previews and not row.is_rehearsal:
        queues.after_commit(session, "posting")
    return len(look.previews)


def _announce(session: Session, row: BroadcastRow, look: Look, count: int) -> None:
    """Tell Slack that something is out; the words themselves stand on the public page."""
    zone = rules.zone_of(broadcasts.source(session, row.activation_id).playbook)
    title = (row.title or {}).get("en", "Planned post")
    noun = _NOUNS.get(row.kind, "An update")
    languages = ", ".join(each.language.upper() for each in look.said)
    following = f" Next update {words_for.at(row.next_update_at, zone)}." if row.next_update_at else ""
    places = f" on {count} posts" if count != 1 else " on 1 post"
    mark = "Rehearsal: " if row.is_rehearsal else ""
    text = f"{mark}{title}: {noun} is published ({languages}){places}.{following}"
    key = f"broadcast.published:{row.id}"
    alerts.raise_(session, alerts.Alert("broadcast.published", "crisis", text, key, row.activation_id))


def _author(session: Session, agent_id: int) -> Who:
    found = session.get_one(Agent, agent_id)
    return Who(found.id, found.name, found.initials, found.role, found.team_id)
