"""Two machines must never write to each other (RFC 3834)."""

from __future__ import annotations

import pytest

from tests.channels.email.samples import enveloped, mail
from webcare.channels import email

MACHINES: list[dict[str, str]] = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": "Auto-Generated; x=y"},
    {"Return_Path": "<>"},
    {"Precedence": "bulk"},
    {"Precedence": "List"},
    {"List_Id": "<a.example.org>"},
    {"List_Unsubscribe": "<mailto:x@example.org>"},
    {"X_Loop": "inbox@example.org"},
    {"Content_Type": "multipart/report; boundary=x"},
    {"From": "MAILER-DAEMON@example.com"},
    {"From": "no-reply@example.com"},
    {"From": "noreply+7@example.com"},
    {"From": "inbox@example.org"},
    {"From": "Inbox+42@example.org"},
]


@pytest.mark.parametrize("headers", MACHINES)
def test_a_machine_gets_no_automatic_answer(headers: dict[str, str]) -> None:
    found = mail(**headers)
    assert found.auto_submitted
    assert not email.may_auto_reply(found)


def test_a_bounce_is_known_by_its_empty_envelope() -> None:
    assert enveloped({"mail_from": ""}).auto_submitted
    assert not enveloped({"mail_from": "eve@example.com"}).auto_submitted


@pytest.mark.parametrize(
    "headers",
    [{}, {"Auto_Submitted": "no"}, {"Precedence": "first-class"}, {"Return_Path": "<eve@example.com>"}],
)
def test_a_person_may_get_one(headers: dict[str, str]) -> None:
    found = mail(**headers)
    assert not found.auto_submitted
    assert email.may_auto_reply(found)


def test_who_asks_for_silence_gets_it_but_is_a_person() -> None:
    found = mail(X_Auto_Response_Suppress="OOF")
    assert not found.auto_submitted
    assert not email.may_auto_reply(found)


def test_nobody_gets_nothing() -> None:
    assert not email.may_auto_reply(mail(From=""))
