"""Alerts merge while they wait, repeat until somebody claims, and carry no words of a contact."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import outgoing
from webcare.domain.outcome import Outcome
from webcare.services import alert_queue, alerts, pauses, urgent_alerts
from webcare.services.alerts import Alert

pytestmark = pytest.mark.usefixtures("clean_database")


def raise_(session: Session, key: str = "k", words: str = "It is late.", channel: str = "crisis") -> None:
    alerts.raise_(session, Alert("next_update.due", channel, words, key))


def rows(session: Session) -> list[Any]:
    return list(session.execute(text("SELECT * FROM alerts ORDER BY id")).all())


def later(session: Session, minutes: int) -> None:
    """Let what was said lie `minutes` further back, and end every pause."""
    back = (
        "UPDATE alerts SET created_at = created_at - d, changed_at = changed_at - d"
        " FROM (SELECT make_interval(mins => :m) AS d) x"
    )
    session.execute(text(back), {"m": minutes})
    session.execute(text("DELETE FROM pauses"))


def told(session: Session, result: str = "sent", **more: Any) -> alert_queue.Ready:
    ready = alert_queue.claim(session)
    assert ready is not None
    alert_queue.record(session, ready.id, Outcome(ready.attempt_no, result, "", "17.1", **more))  # type: ignore[arg-type]
    return ready


def test_what_still_waits_takes_the_next_in_with_the_newest_words(session: Session) -> None:
    for words in ("15 min left", "10 min left", "5 min left"):
        raise_(session, words=words)
    raise_(session, key="other")
    assert [(row.text, row.count) for row in rows(session)] == [("5 min left", 3), ("It is late.", 1)]


def test_what_was_told_is_not_changed_by_the_next(session: Session) -> None:
    raise_(session)
    told(session)
    raise_(session)
    assert [(row.state, row.count) for row in rows(session)] == [("sent", 1), ("queued", 1)]


def test_whoever_wrote_the_text_it_is_masked(session: Session) -> None:
    raise_(session, words="card 4111 1111 1111 1111")
    assert "4111 1111 1111 1111" not in rows(session)[0].text


def test_one_slack_channel_gets_one_alert_a_second_and_others_are_not_held_up(session: Session) -> None:
    for key in ("a", "b"):
        raise_(session, key=key, channel="crisis")
    raise_(session, key="c", channel="duty")
    found = [alert_queue.claim(session) for _ in range(3)]
    assert [ready and ready.slack_channel for ready in found] == ["crisis", "duty", None]
    assert 0 < (alert_queue.soonest(session) or 0) <= 1


def test_the_safety_alert_goes_first(session: Session) -> None:
    raise_(session)
    alerts.raise_(session, Alert("u0.received", "duty", "U0", "u"))
    assert told(session).slack_channel == "duty"


def test_slacks_retry_after_holds_for_all_channels_and_costs_no_attempt(session: Session) -> None:
    raise_(session)
    raise_(session, key="b", channel="duty")
    told(session, "retry", retry_after=30.0)
    assert alert_queue.claim(session) is None
    assert 25 < pauses.left(session, "slack") <= 30
    assert rows(session)[0].attempt_no == 0


def test_what_comes_back_joins_the_one_that_waits_meanwhile(session: Session) -> None:
    raise_(session)
    ready = alert_queue.claim(session)
    raise_(session, words="newer")
    assert ready is not None
    alert_queue.record(session, ready.id, Outcome(1, "retry", "refused"), 5)
    assert [(row.state, row.count) for row in rows(session)] == [("queued", 2)]


def test_a_crash_while_telling_is_unknown_and_not_repeated(session: Session) -> None:
    raise_(session)
    alert_queue.claim(session)
    session.execute(text("UPDATE alerts SET lease_until = clock_timestamp() - interval '1 s'"))
    assert alert_queue.expire(session) == 1
    later(session, 1)
    assert rows(session)[0].state == "unknown"
    assert alert_queue.claim(session) is None


def test_without_slack_they_stand_on_the_desk_and_a_repetition_renews_the_line(session: Session) -> None:
    raise_(session)
    assert alert_queue.to_desk(session) == 1
    raise_(session, words="It is later.")
    alert_queue.to_desk(session)
    found = [(row.state, row.count, row.text) for row in rows(session)]
    assert found == [("desk", 2, "It is later.")]


@pytest.fixture
def grave(session: Session) -> int:
    return outgoing.conversation(session, outgoing.inbox(session), state="open", urgency=0)


def test_u0_is_said_at_once_and_every_two_minutes_until_claimed(session: Session, grave: int) -> None:
    assert urgent_alerts.received(session, [grave]) == 1
    assert rows(session)[0].slack_channel == "duty"
    told(session)
    assert urgent_alerts.unclaimed(session) == 0
    later(session, 2)
    assert urgent_alerts.unclaimed(session) == 1
    told(session)
    later(session, 2)
    taken = "UPDATE conversations SET assignee_id = :who"
    session.execute(text(taken), {"who": outgoing.agent(session)})
    assert urgent_alerts.unclaimed(session) == 0


def test_u1_is_said_after_five_minutes_without_the_contacts_words(session: Session) -> None:
    inbox = outgoing.inbox(session)
    outgoing.conversation(session, inbox, state="open", urgency=1, waited=290)
    assert urgent_alerts.unclaimed(session) == 0
    slow = outgoing.conversation(session, inbox, state="open", urgency=1, waited=301)
    assert urgent_alerts.unclaimed(session) == 1
    (row,) = rows(session)
    assert row.text == f"U1 medical #{slow} waiting 5 min, nl."
    assert row.slack_channel == "urgent"


def test_many_unclaimed_are_one_line(session: Session) -> None:
    inbox = outgoing.inbox(session)
    for seconds in range(400, 412):
        outgoing.conversation(session, inbox, state="open", urgency=1, waited=seconds)
    assert urgent_alerts.unclaimed(session) == 1
    assert rows(session)[0].text.startswith("12 U1 conversations are unclaimed.")
    assert urgent_alerts.unclaimed(session) == 0


def test_made_up_emergencies_page_nobody(session: Session) -> None:
    running = outgoing.rehearsal(session)
    inbox = outgoing.inbox(session, "rehearsal", running)
    talk = outgoing.conversation(session, inbox, state="open", urgency=0, rehearsal=running)
    assert urgent_alerts.received(session, [talk]) == 0
    assert urgent_alerts.unclaimed(session) == 0
