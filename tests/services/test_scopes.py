"""Crises beside each other: each decides where it covers, the strictest where they overlap, one can end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.scoped import QUICK, SILENT, SLOW, crises
from webcare import clock
from webcare.domain.coverage import Coverage
from webcare.errors import Refused
from webcare.models import Activation, Alert, Conversation, Event, Message
from webcare.queries import activations, approvals, facts, inbox, replies, rules, standing_down
from webcare.services import activation, conversations, retriage, suggestions
from webcare.services.activation import Closing

__all__ = ["crises"]
pytestmark = pytest.mark.usefixtures("crises")
HOURS = timedelta(hours=1)


WORDS = {
    "nl": "Wanneer vertrekt mijn vlucht, ik wacht hier nog op een antwoord van jullie",
    "de": "Wann geht mein Flug, ich habe noch nicht gehört ob er geht und ich bitte um Antwort",
    "en": "When is my flight going, I have been waiting for the answer of your people",
}


def written(session: Session, cast: Cast, language: str, **values: Any) -> Conversation:
    """Lay an open conversation in which the contact wrote in this language."""
    row = factories.conversation(session, cast.team_id, language=language, **values)
    changing = update(Message).where(Message.conversation_id == row.id)
    session.execute(changing.values(text=WORDS[language], language=language))
    return row


def promised(session: Session, row: Conversation) -> timedelta:
    """Let the backlog be judged anew, and return the promised time of a conversation."""
    while retriage.batch(session):
        pass
    session.refresh(row)
    assert row.due_at is not None
    return row.due_at - row.level_since


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"inboxes": True}, {"inboxes": True}),
        ({"languages": ("nl",)}, {"languages": ("de",)}),
        ({"labels": ("gold",)}, {"labels": ("group tour",)}),
    ],
    ids=["inbox", "language", "label"],
)
def test_disjoint_crises_decide_each_for_their_own(
    session: Session, cast: Cast, first: dict[str, Any], second: dict[str, Any]
) -> None:
    rows, scopes = [], []
    for part in (first, second):
        box = factories.inbox(session)
        own: dict[str, Any] = {name: (box,) if found is True else found for name, found in part.items()}
        code = own.get("languages", ("en",))[0]
        rows.append(written(session, cast, code, inbox_id=box, labels=list(own.get("labels", ()))))
        scopes.append(Coverage(**own))
    outside = written(session, cast, "en")
    quick = factories.activated(session, cast.dev, QUICK, scope=scopes[0])
    factories.activated(session, cast.dev, SLOW, scope=scopes[1])
    minutes = [promised(session, row) // timedelta(minutes=1) for row in (*rows, outside)]
    assert minutes == [30, 900, 480]
    ending = Closing(override_reason="no longer needed")
    activation.stand_down(session, cast.dev, quick.id, "over", ending)
    minutes = [promised(session, row) // timedelta(minutes=1) for row in (*rows, outside)]
    assert minutes == [480, 900, 480]


def test_where_they_overlap_the_strictest_wins(session: Session, cast: Cast) -> None:
    box = factories.inbox(session)
    both, only = written(session, cast, "nl", inbox_id=box), written(session, cast, "nl")
    factories.activated(session, cast.dev, QUICK, scope=Coverage((box,)))
    slow = factories.activated(session, cast.dev, SLOW, scope=Coverage(languages=("nl",)))
    assert promised(session, both) == timedelta(minutes=30)
    assert promised(session, only) == timedelta(minutes=900)
    assert rules.in_force(session, only).activation_ids == (slow.id,)


def test_waiting_twice_as_long_counts_by_the_minutes_that_cover(session: Session, cast: Cast) -> None:
    box, late = factories.inbox(session), clock.now() - 3 * HOURS
    within, outside = (written(session, cast, code, inbox_id=box, at=late) for code in ("nl", "en"))
    factories.activated(session, cast.dev, QUICK, scope=Coverage((box,), ("nl",)))
    assert promised(session, within) == timedelta(minutes=30)
    outside.due_at, within.due_at = clock.now() - HOURS, clock.now() - HOURS
    session.flush()
    assert conversations.promote_waiting(session) == 1
    session.expire_all()
    assert (within.urgency, outside.urgency) == (2, 3)


def test_replies_facts_and_approval_follow_what_covers(session: Session, cast: Cast) -> None:
    own = factories.activated(session, cast.dev, SILENT, scope=Coverage(languages=("nl",)))
    factories.fact(session, cast.amina, own.id, "situation")
    rows = [factories.conversation(session, cast.team_id, language=code, urgency=3) for code in ("nl", "en")]
    shown = [inbox.row(session, cast.amina, row.id) for row in rows]
    held = [facts.in_force(session, row.inbox_id, row.language, row.labels) for row in shown]
    assert ["situation" in each for each in held] == [True, False]
    assert [replies.shelf(session, row, clock.now()).activation_ids for row in shown] == [(own.id,), ()]
    policies = [rules.in_force(session, row).playbooks[0].reply_policy for row in rows]
    assert policies == ["hold", "answer-questions"]
    assert approvals.standing(session, cast.amina, rows[1].id).need.approver == "none"
    covered = [
        suggestions.suggest(session, cast.amina, row.id, "base.status.update", "en").facts for row in rows
    ]
    assert ["situation" in each for each in covered] == [True, False]


def test_the_scope_is_kept_told_and_on_the_timeline(session: Session, cast: Cast) -> None:
    box = factories.inbox(session, name="Post")
    scope = Coverage((box, box), ("nl", "DE"), (" Gold ",))
    row = factories.activated(session, cast.dev, QUICK, scope=scope)
    assert row.scope == {"inboxes": [box], "languages": ["de", "nl"], "labels": ["gold"]}
    assert session.get_one(Activation, row.id).scope == row.scope
    assert activations.running(session)[0].inbox_names == ["Post"]
    said = session.scalars(select(Alert.text).where(Alert.kind == "playbook.activated")).all()
    assert [each for each in said if each.endswith(" Covers inbox Post, languages de, nl, label gold only.")]
    event = session.scalars(select(Event).where(Event.verb == "activated", Event.noun_id == row.id)).one()
    assert event.data["scope"] == row.scope


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Coverage((10**9,)), "No open inbox has the number 1000000000"),
        (Coverage(languages=("Dutch!",)), "is no code of a language"),
        (Coverage(languages=("und",)), "covered by every language"),
        (Coverage(labels=("a,b",)), "letters, digits, spaces"),
        (Coverage(labels=tuple(f"l{n}" for n in range(51))), "at most"),
    ],
)
def test_a_scope_that_can_not_be_is_refused(
    session: Session, cast: Cast, scope: Coverage, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        factories.activated(session, cast.dev, QUICK, scope=scope)
    assert activations.running(session) == []


def test_a_rehearsal_covers_its_own_inbox_and_nothing_else(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="A rehearsal has an inbox of its own"):
        factories.activated(session, cast.dev, mode="rehearsal", scope=Coverage(languages=("nl",)))
    box = factories.inbox(session, rehearsal_id=factories.activated(session, cast.dev, QUICK).id)
    with pytest.raises(Refused, match="No open inbox"):
        factories.activated(session, cast.dev, SLOW, scope=Coverage((box,)))


def test_what_waits_elsewhere_keeps_nobody_from_standing_down(session: Session, cast: Cast) -> None:
    scope = Coverage(languages=("de",))
    row = factories.activated(session, cast.dev, QUICK, scope=scope)
    factories.conversation(session, cast.team_id, language="nl", urgency=0)
    found = standing_down.checklist(session, activations.one(session, row.id), clock.now())
    assert {each.key: each.is_met for each in found}["urgent_read"] is True
    factories.conversation(session, cast.team_id, language="de", urgency=1)
    found = standing_down.checklist(session, activations.one(session, row.id), clock.now())
    assert {each.key: each.is_met for each in found}["urgent_read"] is False
