"""A label moves a conversation under what covers it now, and no promise gets worse without a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.scoped import CRITICAL, QUICK, SLOW, crises
from webcare.domain.coverage import Coverage
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, NotFound, Refused
from webcare.models import Conversation, Event, Message
from webcare.queries import covered, inbox, rules
from webcare.services import conversations, judgements, labels
from webcare.services.judgements import Word

__all__ = ["crises"]
pytestmark = pytest.mark.usefixtures("crises")
GOLD = Coverage(labels=("gold",))


def events(session: Session, row: Conversation) -> list[Event]:
    asked = select(Event).where(Event.noun == "conversation", Event.noun_id == row.id).order_by(Event.id)
    return [each for each in session.scalars(asked) if each.verb in ("labelled", "unlabelled")]


def minutes(row: Conversation) -> int:
    assert row.due_at is not None
    return (row.due_at - row.level_since) // timedelta(minutes=1)


def said(session: Session, row: Conversation, words: str) -> None:
    session.execute(update(Message).where(Message.conversation_id == row.id).values(text=words))


def test_a_label_is_put_on_once_and_taken_off_again(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assert labels.add(session, cast.amina, thread.id, "  Group  TOUR ") == ("group tour",)
    assert labels.add(session, cast.bram, thread.id, "group tour") == ("group tour",)
    labels.add(session, cast.amina, thread.id, "gold")
    assert inbox.row(session, cast.amina, thread.id).labels == ("group tour", "gold")
    assert covered.labels(session) == ["gold", "group tour"]
    assert labels.remove(session, cast.amina, thread.id, "Group tour") == ("gold",)
    assert labels.remove(session, cast.amina, thread.id, "group tour") == ("gold",)
    found = [(each.verb, each.data["key"]) for each in events(session, thread)]
    assert found == [("labelled", "group tour"), ("labelled", "gold"), ("unlabelled", "group tour")]
    assert thread.reasons == []


def test_due_times_follow_what_covers_and_nothing_is_said_when_it_gets_better(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    quick = factories.activated(session, cast.dev, QUICK, scope=GOLD)
    labels.add(session, cast.amina, thread.id, "gold")
    assert minutes(thread) == 30
    assert rules.in_force(session, thread).activation_ids == (quick.id,)
    assert "label" not in {each["code"] for each in thread.reasons}
    (event,) = events(session, thread)
    assert (event.data["before"]["activations"], event.data["after"]["activations"]) == ([], [quick.id])


def test_a_later_promise_is_said_in_the_reasons_and_on_the_timeline(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev, QUICK, scope=GOLD)
    labels.add(session, cast.amina, thread.id, "gold")
    labels.remove(session, cast.amina, thread.id, "gold")
    assert minutes(thread) == 480
    (reason,) = [each for each in thread.reasons if each["code"] == "label"]
    assert reason["words"].startswith("label 'gold' taken off by Amina: answer promised by ")
    assert " instead of " in reason["words"]
    assert events(session, thread)[-1].data["why"] in reason["words"]


def test_a_calmer_crisis_than_the_quiet_day_says_so_as_well(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev, SLOW, scope=GOLD)
    labels.add(session, cast.amina, thread.id, "gold")
    assert minutes(thread) == 900
    assert "put on by Amina" in thread.reasons[-1]["words"]


def test_the_cues_of_what_covers_it_judge_it_and_taking_them_away_is_said(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    said(session, thread, CRITICAL)
    factories.activated(session, cast.dev, QUICK, scope=GOLD)
    labels.add(session, cast.amina, thread.id, "gold")
    assert (thread.urgency, minutes(thread)) == (1, 5)
    labels.remove(session, cast.amina, thread.id, "gold")
    assert thread.urgency > 1
    assert f"urgency U{thread.urgency} instead of U1" in thread.reasons[-1]["words"]


def test_what_a_person_judged_and_what_is_resolved_stays(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev, QUICK, scope=GOLD)
    judgements.judge(session, cast.dev, thread.id, Word(2, "called, she is safe"))
    labels.add(session, cast.amina, thread.id, "gold")
    assert (thread.urgency, minutes(thread)) == (2, 20)
    conversations.resolve(session, cast.dev, thread.id, thread.version)
    labels.remove(session, cast.amina, thread.id, "gold")
    assert (thread.state, thread.due_at, thread.labels) == ("resolved", None, [])


@pytest.mark.parametrize(("name", "error"), [("olga", NotAllowed), ("carla", NotFound)])
def test_who_may_not_label(
    session: Session, cast: Cast, thread: Conversation, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        labels.add(session, cast.named(name), thread.id, "gold")
    with pytest.raises(error):
        labels.remove(session, cast.named(name), thread.id, "gold")
    assert thread.labels == []


def test_a_volunteer_adds_and_an_agent_takes_off(session: Session, cast: Cast, thread: Conversation) -> None:
    who: Who = cast.vera
    assert labels.add(session, who, thread.id, "gold") == ("gold",)
    with pytest.raises(NotAllowed, match="taking one off is for an agent"):
        labels.remove(session, who, thread.id, "gold")
    with pytest.raises(Refused):
        labels.add(session, who, thread.id, "<script>")
