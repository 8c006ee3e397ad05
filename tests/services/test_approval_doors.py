"""Whatever door is tried, a reply that needs a yes leaves with one, for exactly its words, or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import approval, asked, crisis, left, volunteer, written, yes
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.domain import approvals as decides
from webcare.domain import lanes
from webcare.domain.playbook import Playbook
from webcare.domain.rights import ROLES, Who
from webcare.errors import Conflict, NotAllowed, Refused, WebcareError
from webcare.models import Conversation
from webcare.queries import rules
from webcare.services import approval_requests, approvals, assignment, conversations, delivery
from webcare.services.approvals import Decision
from webcare.services.delivery import Submission

# Every message of somebody who needed a yes has one of somebody else, for its very words or for mended ones.
_UNAPPROVED = text("""
    SELECT m.id FROM messages m
    LEFT JOIN approvals a ON a.message_id = m.id AND a.state = 'approved'
    WHERE m.direction = 'outbound' AND m.conversation_id = ANY(:ids)
      AND (a.id IS NULL OR m.approved_by IS NULL OR m.approved_by = m.agent_id
           OR a.decided_by <> m.approved_by OR a.author_id <> m.agent_id
           OR (NOT a.is_changed AND sha256(convert_to(m.text, 'UTF8')) <> a.sha256)
           OR (a.is_changed AND m.text = a.text))
""")


def of(approver: str, urgency: int) -> Playbook:
    names = {0: "reply_u0", 1: "reply_u1"}
    base = rules.base()
    given = base.approval.model_copy(
        update={
            "reply_u0": "none",
            "reply_u1": "none",
            "reply": "none",
            names.get(urgency, "reply"): approver,
        }
    )
    return base.model_copy(update={"approval": given})


@pytest.mark.parametrize("urgency", range(5))
@pytest.mark.parametrize("first", ["none", "colleague", "lead"])
@pytest.mark.parametrize("second", ["none", "colleague", "lead"])
def test_the_strictest_playbook_in_force_decides(urgency: int, first: str, second: str) -> None:
    order = ["none", "colleague", "lead"]
    found = decides.of_playbooks([of(first, urgency), of(second, urgency)], urgency)
    assert found.approver == max(first, second, key=order.index)
    assert bool(found.why) is found.is_any
    elsewhere = next(level for level in (0, 1, 2) if level != min(urgency, 2))
    assert decides.of_playbooks([of(first, urgency)], elsewhere).approver == "none"


@pytest.mark.parametrize("role", ROLES)
def test_whose_yes_counts(role: str) -> None:
    who = Who(1, "W", "W", role)
    may = {each: decides.suffices(who, decides.of_name(each, "")) for each in ("colleague", "lead", "odd")}
    assert may == {
        "colleague": role in {"agent", "lead", "admin"},
        "lead": role in {"lead", "admin"},
        "odd": role in {"lead", "admin"},
    }
    assert decides.is_beginner(who) is (role == "volunteer")


class Floor:
    """Four people, three conversations, and every door that a reply could leave through."""

    def __init__(self, session: Session, cast: Cast, time: Clock, seed: int) -> None:
        self.session, self.cast, self.time = session, cast, time
        self.chance = random.Random(seed)
        volunteer(session, cast.vera, crisis(session, cast, options={"trust_after": 100}))
        self.threads = [factories.conversation(session, cast.team_id) for _ in range(2)]
        self.threads.append(factories.conversation(session, cast.team_id, urgency=0))
        self.forms: list[tuple[Who, Submission]] = []
        self.doors: list[Callable[[Conversation], Any]] = [
            *(self.submit, self.submit, self.repeat, self.other_words, self.approve, self.approve),
            *(
                self.mend,
                self.give_back,
                self.arrives,
                self.later,
                self.edited_behind,
                self.approve,
                self.approve,
            ),
        ]

    def author(self, of: Conversation) -> Who:
        """Return somebody who may not send alone there."""
        return self.cast.amina if of.urgency == 0 else self.cast.vera

    def anybody(self) -> Who:
        """Return one of those who try."""
        return self.chance.choice([self.cast.vera, self.cast.amina, self.cast.bram, self.cast.dev])

    def submit(self, of: Conversation) -> None:
        """Write a reply and submit it."""
        who = self.author(of)
        if of.urgency == 0:
            given = Submission(of.id, of.version, str(len(self.forms)), "We call you now.", is_anyway=True)
        else:
            given = written(self.session, who, of, is_anyway=True, client_token=str(len(self.forms)))
        self.forms.append((who, given))
        delivery.submit(self.session, who, given)

    def repeat(self, _of: Conversation) -> None:
        """Submit a form once more: a double click, a retry."""
        if self.forms:
            delivery.submit(self.session, *self.chance.choice(self.forms))

    def other_words(self, _of: Conversation) -> None:
        """Submit a known form with other words in it."""
        if self.forms:
            who, old = self.chance.choice(self.forms)
            values = {name: getattr(old, name) for name in ("reply_template", "facts", "is_anyway")}
            again = Submission(old.conversation_id, old.seen_version, old.client_token, "Other.", **values)
            delivery.submit(self.session, who, again)

    def _asked(self) -> Any:
        rows = self.session.execute(
            text("SELECT id, sha256, text FROM approvals ORDER BY id DESC LIMIT 6")
        ).all()
        return self.chance.choice(rows) if rows else None

    def approve(self, _of: Conversation) -> None:
        """Say yes to what stands there."""
        if row := self._asked():
            approvals.approve(self.session, self.anybody(), Decision(row.id, bytes(row.sha256).hex()))

    def mend(self, _of: Conversation) -> None:
        """Mend it and say yes."""
        if row := self._asked():
            given = Decision(row.id, bytes(row.sha256).hex(), f"{row.text} Take care.")
            approvals.approve(self.session, self.anybody(), given)

    def give_back(self, _of: Conversation) -> None:
        """Return it."""
        if row := self._asked():
            given = Decision(row.id, bytes(row.sha256).hex())
            approvals.give_back(self.session, self.anybody(), given, "no")

    def arrives(self, of: Conversation) -> None:
        """Let the contact write again."""
        factories.arrives(self.session, of)

    def later(self, _of: Conversation) -> None:
        """Let time pass and the clock work."""
        self.time.forward(minutes=self.chance.choice([1, 2, 3]))
        approval_requests.watch(self.session)
        assignment.expire(self.session)

    def edited_behind(self, _of: Conversation) -> None:
        """Change a waiting text where nobody should be able to."""
        edit = "UPDATE approvals SET text = text || ' And 500 euros.' WHERE id = :id AND state = 'waiting'"
        if row := self._asked():
            self.session.execute(text(edit), {"id": row.id})

    def step(self) -> None:
        """Try one door; a refusal undoes what it did, as the edge would."""
        of = self.chance.choice(self.threads)
        try:
            with self.session.begin_nested():
                self.chance.choice(self.doors)(of)
        except WebcareError:
            self.session.expire_all()


@pytest.mark.parametrize("seed", range(8))
def test_no_door_lets_an_unapproved_text_out(session: Session, cast: Cast, time: Clock, seed: int) -> None:
    floor = Floor(session, cast, time, seed)
    for _ in range(80):
        floor.step()
    ids = [each.id for each in floor.threads]
    assert session.execute(_UNAPPROVED, {"ids": ids}).all() == []
    sent = text("SELECT count(*) FROM messages WHERE direction = 'outbound' AND conversation_id = ANY(:ids)")
    assert session.execute(sent, {"ids": ids}).scalar_one() > 0


@pytest.mark.parametrize("intent", ["safety_threat", "self_harm_distress", "press"])
def test_what_went_to_another_lane_is_neither_asked_about_nor_approved(
    session: Session, cast: Cast, intent: str
) -> None:
    volunteer(session, cast.vera, crisis(session, cast))
    thread = factories.conversation(session, cast.team_id)
    made = asked(session, cast.vera, thread)
    thread.lane, thread.intents = lanes.lane_of([intent]), [intent]
    session.flush()
    with pytest.raises(Refused), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    with pytest.raises((Refused, NotAllowed)):
        delivery.submit(session, cast.vera, written(session, cast.vera, thread))
    assert left(session, thread) == 0


def test_a_resolved_conversation_ends_the_question(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    volunteer(session, cast.vera, crisis(session, cast))
    made = asked(session, cast.vera, thread)
    time.forward(seconds=1)
    assignment.release(session, cast.vera, thread.id)
    conversations.resolve(session, cast.dev, thread.id, thread.version)
    with pytest.raises(Conflict, match="resolved meanwhile"), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    assert approval_requests.watch(session) == 1
    assert approval(session, made.approval_id).why == "The conversation was resolved."
