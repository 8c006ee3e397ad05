"""Lays the rows that a reply needs on its way out: inbox, contact, conversation, message, delivery."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Reply:
    """The ids of one reply that waits to be sent."""

    delivery_id: int
    message_id: int
    conversation_id: int
    inbox_id: int
    key: str


def one(session: Session, statement: str, **values: Any) -> Any:
    """Return the one value or row that `statement` gives."""
    row = session.execute(text(statement), values).one()
    return row[0] if len(row) == 1 else row


def agent(session: Session, name: str = "Dev", role: str = "lead", team_id: int | None = None) -> int:
    return int(
        one(
            session,
            "INSERT INTO agents (email, name, initials, role, team_id, created_at)"
            " VALUES (:email, :name, 'DV', :role, :team, now()) RETURNING id",
            email=f"{uuid4().hex}@example.org",
            name=name,
            role=role,
            team=team_id,
        )
    )


def rehearsal(session: Session, **options: Any) -> int:
    return int(
        one(
            session,
            "INSERT INTO activations (playbook, playbook_version, fingerprint, frozen, reason, severity,"
            " mode, phase, phase_at, started_at, started_by, options)"
            " VALUES ('volcanic-ash', '1.0.0', 'f', '{}', 'practice', 2, 'rehearsal', 'respond', now(),"
            " now(), :by, CAST(:options AS jsonb)) RETURNING id",
            by=agent(session),
            options=json.dumps(options),
        )
    )


def inbox(session: Session, channel: str = "webhook", rehearsal_id: int | None = None, **options: Any) -> int:
    slug = f"{channel}-{uuid4().hex[:8]}"
    return int(
        one(
            session,
            "INSERT INTO inboxes (slug, name, channel, address, rehearsal_id, secrets, options, created_at)"
            " VALUES (:slug, 'Polder Air', :channel, 'help@example.org', :rehearsal, '{a-long-secret}',"
            " CAST(:options AS jsonb), now()) RETURNING id",
            slug=slug,
            channel=channel,
            rehearsal=rehearsal_id,
            options=json.dumps(options),
        )
    )


def conversation(session: Session, inbox_id: int, **given: Any) -> int:
    values = {
        "state": "waiting",
        "urgency": 2,
        "team": None,
        "rehearsal": None,
        "assignee": None,
        "waited": 0,
        "intents": ["medical"],
        **given,
    }
    contact = one(
        session,
        "INSERT INTO contacts (channel, address, name, created_at)"
        " VALUES ('webhook', :address, 'Eve', now()) RETURNING id",
        address=f"{uuid4().hex}@example.com",
    )
    return int(
        one(
            session,
            "INSERT INTO conversations (inbox_id, contact_id, team_id, rehearsal_id, subject, state,"
            " state_at, urgency, intents, language, waiting_since, level_since, due_at,"
            " assignee_id, last_message_at, created_at)"
            " VALUES (:inbox, :contact, :team, :rehearsal, 'Insulin', :state, now(), :urgency,"
            " CAST(:intents AS text[]), 'nl',"
            " CASE WHEN :state = 'open' THEN now() - make_interval(secs => :waited) END,"
            " now() - make_interval(secs => :waited), CASE WHEN :state = 'open' THEN now() END, :assignee,"
            " now(), now()) RETURNING id",
            inbox=inbox_id,
            contact=contact,
            **values,
        )
    )


def message(
    session: Session, conversation_id: int, direction: str, words: str = "The bus leaves at 18:30."
) -> int:
    return int(
        one(
            session,
            "INSERT INTO messages (conversation_id, inbox_id, direction, text, at, key, threading)"
            " SELECT id, inbox_id, CAST(:direction AS text), :words, now() - interval '1 hour', :key,"
            " CASE WHEN :direction = 'inbound' THEN '{\"thread\": \"t-1\"}'::jsonb ELSE '{}'::jsonb END"
            " FROM conversations WHERE id = :id RETURNING id",
            id=conversation_id,
            direction=direction,
            words=words,
            key=str(uuid4()),
        )
    )


def deliver(session: Session, message_id: int) -> Reply:
    row = one(
        session,
        "INSERT INTO deliveries (message_id, inbox_id, not_before, created_at, changed_at)"
        " SELECT id, inbox_id, now() - interval '1 second', now(), now() FROM messages WHERE id = :id"
        " RETURNING id, inbox_id",
        id=message_id,
    )
    talk, key = one(session, "SELECT conversation_id, key FROM messages WHERE id = :id", id=message_id)
    return Reply(row[0], message_id, talk, row[1], key)


def reply(session: Session, inbox_id: int | None = None, **given: Any) -> Reply:
    """Return a reply that is queued in a new conversation that holds one inbound message."""
    talk = conversation(session, inbox_id or inbox(session), **given)
    message(session, talk, "inbound", "One pen left for tonight.")
    return deliver(session, message(session, talk, "outbound"))


def delivery(session: Session, of: Reply) -> Any:
    """Return the row of a delivery."""
    return session.execute(text("SELECT * FROM deliveries WHERE id = :id"), {"id": of.delivery_id}).one()
