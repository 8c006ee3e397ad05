"""Fills reply templates with the facts in force; nothing is written, the agent sees it first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import alerts as words_for
from webcare.domain import facts, replies
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, NotFound
from webcare.models import Message
from webcare.queries import fact_versions, inbox, reply_times, rules

# Two letters and up to four digits, as airlines write it; an agent looks at it before it leaves.
_FLIGHT = re.compile(r"\b([A-Z]{2})\s?(\d{2,4})\b")
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Suggested:
    """A reply template filled in for one conversation.

    `facts` goes back unchanged with the draft and the submission. `unfilled` placeholders stand in the
    text between braces; `problems` say why it may not leave yet; `notices` are for the agent.
    """

    key: str
    version: int
    text: str
    language: str
    facts: dict[str, int]
    unfilled: tuple[str, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    is_locked: bool


def suggest(session: Session, who: Who, conversation_id: int, template_key: str, language: str) -> Suggested:
    """Fill a reply template with the facts in force; nothing is written.

    Raises NotAllowed, and NotFound for a conversation that isn't theirs or a template that no playbook
    in force has.
    """
    if not who.may("draft.write"):
        raise NotAllowed("Your role can read conversations but not write in them.")
    row = inbox.row(session, who, conversation_id)
    held_rules = rules.in_force(session, row)
    found = held_rules.reply(template_key)
    if found is None:
        raise NotFound(f"No playbook in force has a reply '{template_key[:64]}'.")
    source, template = found
    now = clock.now()
    known = reply_times.for_reader(session, in_force_facts(session, held_rules), row.inbox_id, row.language)
    held = {key: each.value for key, each in known.items()}
    ground = replies.Ground.of(source.playbook, held, now)
    filled = replies.render(template, language, ground, _values(session, who, row, held_rules))
    stated = {key: version for key, version in filled.facts.items() if _stands(held[key], now)}
    return Suggested(
        key=template.key,
        version=template.version,
        text=filled.text,
        language=filled.language,
        facts=stated,
        unfilled=filled.unfilled,
        problems=tuple(each.sentence for each in replies.problems(template, held, now)),
        notices=filled.notices,
        is_locked=template.locked,
    )


def in_force_facts(session: Session, held_rules: rules.InForce) -> dict[str, fact_versions.HeldFact]:
    """Return by key the fact versions under these rules."""
    return fact_versions.held(session, held_rules.activation_ids)


def _stands(fact: facts.FactVersion, now: datetime) -> bool:
    """Return whether the text rests on this version: it is usable, or it says that nothing is known."""
    return facts.usable(fact, now) or facts.state(fact, now) == "unknown"


def _values(
    session: Session, who: Who, row: inbox.ConversationRow, held_rules: rules.InForce
) -> dict[str, str]:
    """Return what we know for the placeholders; the rest is left to the agent."""
    now = clock.now()
    values = {"initials": who.initials, "as_of": words_for.at(now, held_rules.zone)}
    if row.contact_name.strip():
        values["name"] = row.contact_name.split()[0]
    if row.waiting_since is not None:
        values["hours"] = str(max(1, (now - row.waiting_since) // timedelta(hours=1)))
    asked = (
        select(Message.text)
        .where(Message.conversation_id == row.id, Message.direction == "inbound")
        .order_by(Message.id.desc())
        .limit(_LOOKED_AT)
    )
    flights = (_FLIGHT.search(words) for words in session.scalars(asked))
    flight = next((match for match in flights if match), None)
    if flight is not None:
        values["flight"] = flight[1] + flight[2]
    return values
