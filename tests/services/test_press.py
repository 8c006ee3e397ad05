"""A journalist reaches the press officer, once and masked, and gets the approved press text only."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import settings
from webcare.errors import Refused
from webcare.models import Alert, Conversation
from webcare.queries import press as who
from webcare.services import activation, grounds, lanes, lead_alerts, press, text_approvals
from webcare.services.activation import RoleGiven

ASKS = (
    "Reporter here. Call me on 06 12345678 or j.jansen@example.org. How many passengers are stranded tonight?"
)


def routed(session: Session, of: Conversation, words: str = ASKS) -> list[Alert]:
    number = factories.message(session, of, words, intents=["press"])
    lanes.route(session, {number: (of.id, ("press",))})
    return list(session.scalars(select(Alert).where(Alert.kind == "press.waiting").order_by(Alert.id)))


def test_the_channel_of_the_press_hears_it_once_with_a_masked_snippet(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    (alert,) = routed(session, thread)
    assert (alert.slack_channel, alert.conversation_id) == ("press", thread.id)
    assert "12345678" not in alert.text
    assert "jansen@" not in alert.text
    assert "Reporter here." in alert.text
    assert "stranded" not in alert.text, "Eighty characters, no more."
    assert len(routed(session, thread)) == 1
    lanes.release(session, cast.dev, thread.id, "he asked as a passenger")
    assert len(routed(session, thread)) == 1


def test_whoever_holds_the_role_hears_it_directly(session: Session, cast: Cast, thread: Conversation) -> None:
    number = factories.activated(session, cast.dev).id
    given = RoleGiven("press_officer", cast.bram.agent_id, cast.carla.agent_id)
    activation.assign_role(session, cast.dev, number, given)
    (alert,) = routed(session, thread)
    assert lead_alerts.read(alert.slack_channel) == lead_alerts.Person(cast.bram.agent_id, "press")
    assert who.contact(session) == "Bram (deputy Carla)"


def test_a_rehearsed_journalist_bothers_nobody(session: Session, cast: Cast) -> None:
    number = factories.activated(session, cast.dev, mode="rehearsal").id
    one = factories.conversation(session, rehearsal_id=number)
    assert routed(session, one) == []


def test_the_house_names_a_contact(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cast
    assert who.contact(session) == ""
    monkeypatch.setenv("WEBCARE_PRESS_CONTACT", "Press office, 020 000 0112")
    settings.get.cache_clear()
    try:
        assert who.contact(session) == "Press office, 020 000 0112"
    finally:
        monkeypatch.undo()
        settings.get.cache_clear()


def answers(session: Session, by: object, row: Conversation, key: str | None) -> None:
    press.refuse_other(session, by, row, grounds.gather(session, row, (key, {})))  # type: ignore[arg-type]


def test_a_journalist_gets_only_the_approved_press_text(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assert time.at
    number = factories.activated(session, cast.dev, "safety-incident").id
    routed(session, thread)
    session.refresh(thread)
    for key in (None, "safe.ack"):
        with pytest.raises(Refused, match=r"only the press text 'safe\.press'"):
            answers(session, cast.dev, thread, key)
    with pytest.raises(Refused, match="Nobody approved the press text"):
        answers(session, cast.dev, thread, "safe.press")
    text_approvals.approve(session, cast.ada, "safety-incident", "reply", "safe.press")
    answers(session, cast.dev, thread, "safe.press")
    activation.assign_role(session, cast.dev, number, RoleGiven("press_officer", cast.dev.agent_id))
    answers(session, cast.dev, thread, None)


def test_without_a_press_text_whoever_may_answer_does(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev)
    routed(session, thread)
    session.refresh(thread)
    answers(session, cast.dev, thread, None)
