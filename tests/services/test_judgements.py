"""What people judge is kept as it was judged, stands on the desk, and is what triage learns from."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Refused
from webcare.models import Conversation, Event, Judgement
from webcare.queries import judged
from webcare.services import judgements
from webcare.services.judgements import Word


def kept(session: Session) -> list[Judgement]:
    return list(session.scalars(select(Judgement).order_by(Judgement.id)))


def verbs(session: Session, of: Conversation) -> list[str]:
    asked = select(Event.verb).where(Event.noun == "conversation", Event.noun_id == of.id)
    return list(session.scalars(asked.order_by(Event.id)))


def test_a_word_is_kept_beside_what_stood_there(session: Session, cast: Cast, thread: Conversation) -> None:
    thread.intents = ["status_info"]
    judgements.judge(session, cast.amina, thread.id, Word(1, "insulin", ("medical", "baggage")))
    (one,) = kept(session)
    assert (one.level_before, one.level, one.agent_id) == (3, 1, cast.amina.agent_id)
    assert (one.intents_before, one.intents) == (["status_info"], ["medical", "baggage"])
    assert thread.intents == ["medical", "baggage"]
    assert verbs(session, thread) == ["urgency_set", "intents_set"]


def test_what_they_ask_may_be_corrected_alone(session: Session, cast: Cast, thread: Conversation) -> None:
    due = thread.due_at
    judgements.judge(session, cast.amina, thread.id, Word(3, "means the money", ("refund",)))
    assert (thread.urgency, thread.intents, thread.due_at) == (3, ["refund"], due)
    assert verbs(session, thread) == ["intents_set"]


def test_the_same_choice_in_another_order_changes_nothing(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    thread.intents = ["medical", "baggage"]
    judgements.judge(session, cast.amina, thread.id, Word(2, "called", ("baggage", "medical")))
    assert thread.intents == ["medical", "baggage"]
    assert verbs(session, thread) == ["urgency_set"]


@pytest.mark.parametrize("intents", [(), ("no_such_matter",)])
def test_an_odd_choice_is_refused_and_changes_nothing(
    session: Session, cast: Cast, thread: Conversation, intents: tuple[str, ...]
) -> None:
    before = list(thread.intents)
    with pytest.raises(Refused, match=r"Choose what they ask|choose from the list"):
        judgements.judge(session, cast.amina, thread.id, Word(2, "see above", intents))
    session.refresh(thread)
    assert (thread.urgency, thread.intents, kept(session)) == (3, before, [])


def test_a_threat_that_a_person_sees_goes_to_the_duty_officer(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    judgements.judge(session, cast.amina, thread.id, Word(0, "means the gate", ("safety_threat",)))
    session.refresh(thread)
    assert thread.lane == "duty"


def test_a_rehearsal_teaches_nothing(session: Session, cast: Cast) -> None:
    made = factories.activated(session, cast.dev, mode="rehearsal").id
    thread = factories.conversation(session, cast.team_id, rehearsal_id=made)
    judgements.judge(session, cast.amina, thread.id, Word(1, "as the script says"))
    assert thread.urgency == 1
    assert kept(session) == []


def test_the_last_word_on_the_same_message_is_learned(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    for level in (2, 1):
        time.forward(minutes=1)
        judgements.judge(session, cast.amina, thread.id, Word(level, "read again"))
    time.forward(minutes=1)
    factories.message(session, thread, "and something else", at=time.at)
    (one,) = judged.all_of_them(session)
    assert (one.text, one.level) == ("Hi, flight ZZ123 is cancelled", 1)
    assert judged.count_since(session, None) == 2
    assert judged.count_since(session, time.at) == 0
