"""A mail comes in over plain SMTP, is triaged, answered, and received by a real server in its thread."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from tests.functional.program import Program, free_port, until
from webcare.services import agents, assignment, delivery
from webcare.services.agents import NewAgent
from webcare.services.inboxes import NewInbox

pytestmark = [pytest.mark.functional, pytest.mark.timeout(180)]


class Postbox:
    """A real SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        """Begin empty."""
        self.taken: list[Any] = []

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        """Keep one mail."""
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def _question() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Eve Example <eve@example.org>"
    mail["To"] = "help@polder-air.example"
    mail["Subject"] = "Medicijnen bijna op"
    mail["Message-ID"] = "<question-1@example.org>"
    mail.set_content("Goedemiddag, mijn medicijnen zijn morgenochtend op en ik zit vast in Napels.")
    return mail


def test_a_mail_is_answered_in_its_thread(
    start: Callable[..., Program], postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    program = start(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))
    program.inbox(NewInbox("help", "Help", "email", "help@polder-air.example"))
    with smtplib.SMTP("127.0.0.1", program.mail_port, timeout=10) as client:
        client.send_message(_question())
    until(15, "the mail is triaged", lambda: program.rows("SELECT 1 FROM conversations"))
    ((conversation, level, language),) = program.rows("SELECT id, urgency, language FROM conversations")
    assert (level, language) == (1, "nl")
    _answer(program, conversation, "Goed dat je dit meldt. Ik kijk er nu naar. ^AM")
    until(20, f"the reply is received; {program.log()[-800:]}", lambda: box.taken)
    _check_reply(program, box.taken[0])
    _write_back(program, box.taken[0])
    until(15, "the answer is in the same thread", lambda: _inbound(program, conversation) == 2)


def test_strangers_mailboxes_are_refused_and_a_missing_database_says_later(
    start: Callable[..., Program],
) -> None:
    program = start()
    program.inbox(NewInbox("help", "Help", "email", "help@polder-air.example"))
    with smtplib.SMTP("127.0.0.1", program.mail_port, timeout=10) as client:
        client.ehlo()
        client.mail("eve@example.org")
        assert client.rcpt("nobody@polder-air.example")[0] == 550
        assert client.rcpt("HELP+tag@Polder-Air.example")[0] == 250
        _hide(program)
        assert client.data(b"From: eve@example.org\r\n\r\nhello\r\n")[0] == 451
        _show(program)
        client.mail("eve@example.org")
        client.rcpt("help@polder-air.example")
        assert client.data(b"From: eve@example.org\r\n\r\nhello\r\n")[0] == 250
    assert program.rows("SELECT count(*) FROM raw_events") == [(1,)]


def _hide(program: Program) -> None:
    with program.session() as session:
        session.connection().exec_driver_sql("ALTER TABLE raw_events RENAME TO hidden")


def _show(program: Program) -> None:
    with program.session() as session:
        session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO raw_events")


def _answer(program: Program, conversation: int, words: str) -> None:
    with program.session() as session:
        who = agents.create(session, None, NewAgent("amina@polder-air.example", "Amina", "AM")).who()
        assignment.claim(session, who, conversation)
        delivery.submit(session, who, delivery.Submission(conversation, 1, uuid4().hex, words))


def _inbound(program: Program, conversation: int) -> int:
    return int(
        program.rows(
            "SELECT count(*) FROM messages WHERE direction = 'inbound' AND conversation_id = :id",
            id=conversation,
        )[0][0]
    )


def _check_reply(program: Program, envelope: Any) -> None:
    assert envelope.rcpt_tos == ["eve@example.org"]
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert mail["In-Reply-To"] == "<question-1@example.org>"
    assert "<question-1@example.org>" in mail["References"]
    assert mail["Subject"] == "Re: Medicijnen bijna op"
    assert "Auto-Submitted" not in mail
    assert "Ik kijk er nu naar." in mail.get_content()
    until(10, "the desk says sent", lambda: program.rows("SELECT 1 FROM deliveries WHERE state = 'sent'"))


def _write_back(program: Program, envelope: Any) -> None:
    mail = message_from_bytes(envelope.content, policy=policy.default)
    answer = EmailMessage()
    answer["From"] = "eve.elsewhere@example.net"
    answer["To"] = mail["Reply-To"] or mail["From"]
    answer["Subject"] = mail["Subject"]
    answer["In-Reply-To"] = mail["Message-ID"]
    answer.set_content("Dank je. Het gaat om insuline.")
    with smtplib.SMTP("127.0.0.1", program.mail_port, timeout=10) as client:
        client.send_message(answer)
