"""Sending over a real SMTP server: threaded, injected nowhere, and honest about what became of it."""

from __future__ import annotations

import email.policy
import shutil
import socket
import ssl
import subprocess
import threading
import time
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.channels.conftest import Mailbox, free_port, inbox, reply, settings
from webcare.channels import email as channel
from webcare.channels import network
from webcare.channels.email import composing, delivery
from webcare.domain.utterances import Raw
from webcare.errors import ChannelError

INBOX = inbox("email", options={"from_name": "Polder Air"})


def failure(port: int, **changes: Any) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        channel.send(reply(**changes), INBOX, settings(port))
    return caught.value


def delivered(box: Mailbox, **changes: Any) -> tuple[Any, Any]:
    channel.send(reply(**changes), INBOX, settings(box.port))
    envelope = box.mails[-1]
    return envelope, message_from_bytes(envelope.content, policy=email.policy.default)


def test_sends_a_threaded_mail(mailbox: Mailbox) -> None:
    threading_ = {"message_id": "<1@example.com>", "references": "<0@example.com>", "subject": "RE: Re: Hülp"}
    envelope, mail = delivered(mailbox, text="Grüße\n\n" + "Wort " * 60, threading=threading_)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("inbox@example.org", ["eve@example.com"])
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == (
        "Re: Hülp",
        "<1@example.com>",
        "<0@example.com> <1@example.com>",
    )
    assert mail["From"] == "Polder Air <inbox@example.org>"
    assert mail["Auto-Submitted"] is None
    assert max(map(len, envelope.content.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    assert b"\r\nMessage-ID: <7b0e0b0c" in envelope.content
    assert mail.get_content_type() == "text/plain"


def test_an_answer_to_our_mail_comes_home(mailbox: Mailbox) -> None:
    text = "Grüße an dich\n\n" + "Ein langer Satz ohne Ende " * 9 + "\n.\nFrom here\n> x"
    sent = channel.send(reply(text=text), INBOX, settings(mailbox.port))
    raw = mailbox.mails[0].content
    mail = message_from_bytes(raw, policy=email.policy.default)
    assert mail["Message-ID"] == sent.provider_id
    home = channel.parse(
        Raw(b"From: eve@example.com\nTo: " + mail["Reply-To"].encode() + b"\n\nThanks"), INBOX
    )
    by_reference = channel.parse(
        Raw(b"From: eve@example.com\nIn-Reply-To: " + sent.provider_id.encode() + b"\n\nOk"), INBOX
    )
    assert home.thread_token == by_reference.thread_token == "42"
    assert [line.rstrip() for line in channel.parse(Raw(raw), INBOX).text.split("\n")] == [
        line.rstrip() for line in text.split("\n")
    ]


def test_the_message_id_is_the_same_on_every_attempt() -> None:
    first, second = (composing.message_id(reply(text=text), INBOX) for text in ("a", "b"))
    assert first == second
    assert reply().message_id in first


def test_an_automatic_reply_says_so_and_cannot_bounce(mailbox: Mailbox) -> None:
    envelope, mail = delivered(mailbox, is_automatic=True)
    assert envelope.mail_from in {"", "<>"}
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert channel.parse(Raw(envelope.content), INBOX).auto_submitted


def test_no_value_can_add_a_header(mailbox: Mailbox) -> None:
    evil = "x\r\nBcc: eve2@example.com\u2028Bcc: y\x00"
    threading_ = {"message_id": f"<1@a>{evil}", "references": evil, "subject": evil}
    _, mail = delivered(mailbox, name=f'"{evil}', subject=evil, message_id=f"7b{evil}", threading=threading_)
    assert mail["Bcc"] is None
    assert [name for name in mail if name == "Message-ID"] == ["Message-ID"]
    assert mail["In-Reply-To"] == "<1@a>"
    assert mail.get_content().startswith("Flight ZZ123")


@pytest.mark.parametrize(
    "address", ["unknown sender 12", "", "eve", "a@b.org\r\nRCPT TO:<c@d.org>", "a@b.org,c@d.org"]
)
def test_an_address_that_is_none_is_final(mailbox: Mailbox, address: str) -> None:
    error = failure(mailbox.port, address=address)
    assert (error.permanent, error.certainty) == (True, "not_sent")
    assert mailbox.mails == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"), [("451 later", False), ("421 closing", False), ("550 no", True)]
)
def test_a_refusal_is_not_sent(mailbox: Mailbox, step: str, answer: str, *, permanent: bool) -> None:
    mailbox.answers[step] = answer
    error = failure(mailbox.port)
    assert (error.permanent, error.certainty) == (permanent, "not_sent")
    assert answer in str(error)


def test_a_connection_lost_after_the_dot_is_unknown(mailbox: Mailbox) -> None:
    mailbox.closes_after_data = True
    error = failure(mailbox.port)
    assert (error.permanent, error.certainty) == (False, "unknown")
    assert len(mailbox.mails) == 1


def serve(*lines: bytes) -> tuple[int, threading.Thread]:
    """Serve one connection that says each line after the client spoke, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with listener, listener.accept()[0] as client:
            for line in lines:
                client.sendall(line)
                client.recv(65_536)

    thread = threading.Thread(target=talk)
    thread.start()
    return listener.getsockname()[1], thread


@pytest.mark.parametrize(
    ("lines", "certainty"),
    [
        ((), "not_sent"),
        ((b"554 no service here\r\n",), "not_sent"),
        ((b"220 a\r\n", b"250 a\r\n", b"250 a\r\n"), "not_sent"),
        ((b"220 a\r\n", b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"354 go\r\n"), "unknown"),
        ((b"\xff" * 100 + b"\r\n",), "not_sent"),
    ],
)
def test_a_server_that_hangs_up(lines: tuple[bytes, ...], certainty: str) -> None:
    port, thread = serve(*lines)
    error = failure(port)
    thread.join()
    assert (error.permanent, error.certainty) == (False, certainty)


def test_the_deadline_is_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "Deadline", lambda _: network.Deadline(0.3))
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        with listener, listener.accept()[0] as client:
            while not stop.wait(0.02):
                try:
                    client.sendall(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    start = time.monotonic()
    error = failure(listener.getsockname()[1])
    stop.set()
    thread.join()
    assert time.monotonic() - start < 2
    assert error.certainty == "not_sent"


def test_nobody_listening_waits() -> None:
    error = failure(free_port())
    assert (error.permanent, error.certainty) == (False, "not_sent")
    assert "SMTP_HOST" in str(error)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_never_falls_back_to_plain(mailbox: Mailbox, security: str) -> None:
    with pytest.raises(ChannelError, match="SMTP_SECURITY") as caught:
        channel.send(reply(), INBOX, settings(mailbox.port, smtp_security=security))
    assert (caught.value.permanent, caught.value.certainty) == (False, "not_sent")
    assert mailbox.mails == []


def test_a_server_that_wants_no_name_waits(mailbox: Mailbox) -> None:
    with pytest.raises(ChannelError, match="SMTP_") as caught:
        channel.send(reply(), INBOX, settings(mailbox.port, smtp_username="eve", smtp_password="x"))
    assert (caught.value.permanent, caught.value.certainty) == (False, "not_sent")


@pytest.mark.parametrize(("config", "words"), [(INBOX, "SMTP_HOST"), (inbox("email", address=""), "address")])
def test_what_is_not_set_waits_and_says_what_to_set(config: Any, words: str) -> None:
    with pytest.raises(ChannelError, match=words) as caught:
        channel.send(reply(), config, settings(0 if words == "SMTP_HOST" else 25))
    assert (caught.value.permanent, caught.value.certainty) == (False, "not_sent")


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Make a certificate for 127.0.0.1 that this test trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so no certificate can be made")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *kind, *files, *names], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    return context


@pytest.mark.parametrize(("security", "option"), [("tls", "ssl_context"), ("starttls", "tls_context")])
def test_sends_over_tls(tls: ssl.SSLContext, security: str, option: str) -> None:
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **{option: tls})  # type: ignore[arg-type]
    controller.start()
    try:
        channel.send(reply(), INBOX, settings(box.port, smtp_security=security))
    finally:
        controller.stop()
    assert len(box.mails) == 1
