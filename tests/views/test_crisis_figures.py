"""The crisis room shows what we say beside what was measured, and who is short; silence is watched."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from tests import factories
from tests.views.conftest import Desk
from webcare import clock, db, settings
from webcare.models import Alert, ReplyTime


def measure(language: str, said: int | None, median: int | None) -> None:
    with db.transaction() as session:
        number = factories.inbox(session, name="Polder Air chat")
        row = ReplyTime(inbox_id=number, language=language, expected_minutes=said, measured_minutes=median)
        row.measured_at, row.replies, row.waiting = clock.now(), 12, 34
        session.add(row)


def activate(desk: Desk, playbook: str = "volcanic-ash") -> int:
    with db.transaction() as session:
        return factories.activated(session, desk.cast.dev, playbook).id


def test_the_room_shows_what_we_say_beside_what_was_measured(desk: Desk) -> None:
    measure("nl", 120, 47)
    measure("fr", None, None)
    page = desk.browser(desk.cast.dev).get(f"/activations/{activate(desk)}").text
    assert "<b>2 hours</b>" in page
    assert "47 min" in page
    assert "we can&#39;t estimate that yet" in page


def test_the_room_shows_who_is_short(desk: Desk) -> None:
    number = activate(desk)
    for _ in range(24):
        desk.conversation(language="de")
    page = desk.browser(desk.cast.dev).get(f"/activations/{number}").text
    assert "<b>3 short</b>, languages de" in page
    assert "Nothing was measured in the last ten minutes" in page


@pytest.mark.parametrize("program", [True, False])
def test_who_tries_to_send_in_silence_is_told_of(desk: Desk, program: bool) -> None:
    activate(desk, "safety-incident")
    number = desk.conversation()
    amina = desk.browser(desk.cast.amina)
    body = {"text": "All is well!", "seen_version": 1, "client_token": str(uuid4())}
    where = f"/conversations/{number}/deliveries"
    answer = amina.send(where, body) if program else amina.post(where, body)
    assert answer.status_code == 422
    with db.transaction() as session:
        (text,) = session.scalars(select(Alert.text).where(Alert.kind == "outbound.attempted"))
    assert text.startswith("^AM tried to send a reply of their own on ")


def test_a_refusal_for_another_reason_is_not_told(desk: Desk) -> None:
    activate(desk)
    body = {"text": "Fill in {name} first.", "seen_version": 1, "client_token": str(uuid4())}
    where = f"/conversations/{desk.conversation()}/deliveries"
    assert desk.browser(desk.cast.amina).send(where, body).status_code == 422
    with db.transaction() as session:
        assert session.scalars(select(Alert.id).where(Alert.kind == "outbound.attempted")).all() == []


def test_a_journalists_conversation_names_the_press_contact(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBCARE_PRESS_CONTACT", "Press office, 020 000 0112")
    settings.get.cache_clear()
    number = desk.conversation(lane="press")
    page = desk.browser(desk.cast.dev).get(f"/conversations/{number}").text
    assert "Press contact: <b>Press office, 020 000 0112</b>" in page
    ordinary = desk.conversation()
    assert "Press contact" not in desk.browser(desk.cast.dev).get(f"/conversations/{ordinary}").text
