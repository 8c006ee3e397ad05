"""Gives each message that was read its contact and its conversation, and writes all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from webcare import clock
from webcare.db import table
from webcare.domain.standing import Heard, Standing, hear
from webcare.domain.urgency import DUE_MINUTES, Urgency
from webcare.models import Contact, Conversation, Message
from webcare.queries import rules, running
from webcare.services import judging, standings

if TYPE_CHECKING:
    from webcare.services.reading import Read

# A contact who comes back within this time goes on in the old conversation; later, a new one begins.
REOPENS_FOR = timedelta(days=3)

Home = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """One new message and the conversation it went to."""

    read: Read
    message_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Messages that belong together: their contact and inbox, and the conversation they go on in."""

    home: Home
    old: Conversation | None
    reads: list[Read]
    in_force: rules.InForce | None = None


def place(session: Session, reads: Sequence[Read]) -> list[Placed]:
    """Write contacts, conversations and messages for `reads`; return those that were new.

    Contacts are locked in one order first, so two workers with messages of the same contact can
    neither open two conversations nor wait for each other in a circle.
    """
    contacts = _contacts(session, reads)
    fresh = _without_known(session, reads)
    homes: dict[Home, list[Read]] = {}
    for read in fresh:
        contact = contacts[read.claimed.inbox.channel, read.inbound.address]
        homes.setdefault((contact, read.claimed.inbox.id), []).append(read)
    groups = [_covered(session, group) for group in _grouped(homes, _find(session, homes))]
    return _write(session, [*_go_on(session, groups), *_begin(session, groups)])


def _contacts(session: Session, reads: Sequence[Read]) -> dict[tuple[str, str], int]:
    now = clock.now()
    named: dict[tuple[str, str], dict[str, Any]] = {}
    for read in reads:
        key = (read.claimed.inbox.channel, read.inbound.address)
        known = named.setdefault(
            key, {"channel": key[0], "address": key[1], "name": "", "language": None, "created_at": now}
        )
        known["name"] = known["name"] or read.inbound.name
    if not named:
        return {}
    statement = pg_insert(table(Contact))
    statement = statement.on_conflict_do_update(
        index_elements=["channel", "address"],
        set_={"name": text("CASE WHEN contacts.name = '' THEN excluded.name ELSE contacts.name END")},
    )
    rows = session.execute(
        statement.returning(Contact.id, Contact.channel, Contact.address),
        [named[key] for key in sorted(named)],
    )
    return {(row.channel, row.address): row.id for row in rows}


def _without_known(session: Session, reads: Sequence[Read]) -> list[Read]:
    """Return `reads` without messages whose (inbox, external id) is already a message."""
    keyed = [read for read in reads if read.inbound.external_id]
    known: set[tuple[int, str]] = set()
    if keyed:
        rows = session.execute(
            text(
                "SELECT m.inbox_id, m.external_id"
                " FROM unnest(CAST(:inboxes AS bigint[]), CAST(:ids AS text[]))"
                "   AS asked(inbox_id, external_id)"
                " JOIN messages m USING (inbox_id, external_id) WHERE m.direction = 'inbound'"
            ),
            {
                "inboxes": [read.claimed.inbox.id for read in keyed],
                "ids": [read.inbound.external_id for read in keyed],
            },
        )
        known = {(row.inbox_id, row.external_id) for row in rows}
    fresh: list[Read] = []
    for read in reads:
        key = (read.claimed.inbox.id, read.inbound.external_id or "")
        if not key[1] or key not in known:
            fresh.append(read)
            known.add(key)
    return fresh


def _find(session: Session, homes: dict[Home, list[Read]]) -> dict[Home, Conversation]:
    """Return the conversation that each contact's messages belong to, locked, where there is one."""
    if not homes:
        return {}
    newest = (
        select(Conversation.id)
        .where(
            Conversation.contact_id.in_({contact for contact, _ in homes}),
            Conversation.inbox_id.in_({inbox for _, inbox in homes}),
        )
        .ext(distinct_on(Conversation.contact_id, Conversation.inbox_id))
        .order_by(Conversation.contact_id, Conversation.inbox_id, Conversation.id.desc())
    )
    threads = {
        int(read.inbound.thread_token)
        for reads in homes.values()
        for read in reads
        if read.inbound.thread_token
    }
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.id.in_(newest.scalar_subquery()) | Conversation.id.in_(threads))
        .order_by(Conversation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    by_id = {row.id: row for row in rows}
    limit = clock.now() - REOPENS_FOR
    recent = {
        (row.contact_id, row.inbox_id): row for row in rows if row.state != "resolved" or row.state_at > limit
    }
    return {home: found for home in homes if (found := _thread(homes[home], by_id) or recent.get(home))}


def _thread(reads: Sequence[Read], by_id: dict[int, Conversation]) -> Conversation | None:
    # Only a token that we signed ourselves names a thread; a sender's own headers never do.
    for read in reads:
        found = by_id.get(int(read.inbound.thread_token or 0))
        if found is not None and found.inbox_id == read.claimed.inbox.id:
            return found
    return None


def _grouped(homes: dict[Home, list[Read]], found: dict[Home, Conversation]) -> list[_Group]:
    # Two contacts can write into one thread: one answers from another address, with our token.
    groups: dict[int | Home, _Group] = {}
    for home, reads in homes.items():
        old = found.get(home)
        group = groups.setdefault(old.id if old else home, _Group(home, old, []))
        group.reads.extend(reads)
    return list(groups.values())


def _go_on(session: Session, groups: Sequence[_Group]) -> list[tuple[int, Read]]:
    """Bring known conversations up to date and return each message with its conversation."""
    changes = [
        {"conversation": group.old.id, "heard": len(group.reads), **_columns(group)}
        for group in groups
        if group.old
    ]
    standings.apply(session, changes)
    return [(group.old.id, read) for group in groups if group.old for read in group.reads]


def _begin(session: Session, groups: Sequence[_Group]) -> list[tuple[int, Read]]:
    """Open a conversation for every contact who has none and return each message with it."""
    new = {group.home: group for group in groups if not group.old}
    if not new:
        return []
    # The tables, not the classes: the ORM would cut the rows into runs that lack the same columns.
    rows = session.execute(
        insert(table(Conversation)).returning(
            Conversation.id, Conversation.contact_id, Conversation.inbox_id
        ),
        [_new(group, _columns(group)) for group in new.values()],
    )
    return [(row.id, read) for row in rows for read in new[row.contact_id, row.inbox_id].reads]


def _covered(session: Session, group: _Group) -> _Group:
    """Return the group under what covers its conversation, now that language and labels are known.

    A reader knows the inbox only and reads with the words of all that may cover it. Where fewer do, or a
    label brings one more, the messages are judged again with the right ones.
    """
    inbox, old = group.reads[0].claimed.inbox, group.old
    language = _standing(group, DUE_MINUTES).language
    place = running.Place(inbox.id, language, tuple(old.labels) if old else (), inbox.rehearsal_id)
    held, reads = rules.in_force(session, place), group.reads
    if held.cues is not rules.in_force(session, inbox).cues:
        reads = [replace(read, assessment=judging.again(read, held.cues)) for read in reads]
    return replace(group, reads=reads, in_force=held)


def _standing(group: _Group, due_minutes: Mapping[Urgency, int]) -> Standing:
    found = hear(standings.of(group.old), [_heard(read) for read in group.reads], due_minutes)
    if found.language == "und" and group.old is not None:
        # Who wrote Dutch last week and "???" today still writes Dutch.
        return replace(found, language=group.old.language)
    return found


def _columns(group: _Group) -> dict[str, Any]:
    if group.in_force is None:
        raise AssertionError("nobody asked what covers this group before it is written")
    standing = _standing(group, group.in_force.due_minutes)
    return {**standings.columns(standing), "epoch": group.in_force.epoch}


def _heard(read: Read) -> Heard:
    return Heard(
        read.claimed.received_at, read.trouble or read.inbound.text, read.inbound.subject, read.assessment
    )


def _new(group: _Group, columns: dict[str, Any]) -> dict[str, Any]:
    inbox = group.reads[0].claimed.inbox
    return {
        **columns,
        "contact_id": group.home[0],
        "inbox_id": group.home[1],
        "team_id": inbox.team_id,
        "rehearsal_id": inbox.rehearsal_id,
        "is_public": any(read.inbound.is_public for read in group.reads),
        "state": "open",
        "state_at": clock.now(),
        "version": len(group.reads),
        "created_at": min(read.claimed.received_at for read in group.reads),
    }


def _write(session: Session, pairs: Sequence[tuple[int, Read]]) -> list[Placed]:
    if not pairs:
        return []
    written = session.execute(
        insert(table(Message)).returning(Message.id, Message.raw_event_id),
        [_message(conversation_id, read) for conversation_id, read in pairs],
    )
    by_raw = {row.raw_event_id: row.id for row in written}
    return [Placed(read, by_raw[read.claimed.id], conversation_id) for conversation_id, read in pairs]


def _message(conversation_id: int, read: Read) -> dict[str, Any]:
    inbound, said = read.inbound, read.assessment
    return {
        "conversation_id": conversation_id,
        "inbox_id": read.claimed.inbox.id,
        "direction": "inbound",
        "text": inbound.text,
        "quoted": inbound.quoted,
        "subject": inbound.subject,
        "language": said.language,
        "at": read.claimed.received_at,
        "sent_at": inbound.sent_at,
        "raw_event_id": read.claimed.id,
        "external_id": inbound.external_id,
        "urgency": int(said.level),
        "reasons": standings.reasons_json(said.reasons),
        "intents": list(said.intents),
        "is_unsure": said.is_unsure,
        "deadline_at": said.deadline,
        "confidence": said.confidence,
        "model": said.model,
        "is_public": inbound.is_public,
        "is_automatic": inbound.auto_submitted,
        "trouble": read.trouble,
        "notices": list(inbound.notices),
        "attachments": list(inbound.attachments),
        "threading": dict(inbound.threading),
    }
