"""Speaks SMTP and LMTP to the listener's own process: odd bytes, long lines, taken ports, one answer each."""

from __future__ import annotations

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.functional.program import free_port, until
from webcare import db
from webcare.services import inboxes
from workers import mailroom

MAIL = b"From: eve@example.org\r\nSubject: ZZ123\r\n\r\n%s\r\n"
LISTEN = [sys.executable, "-c", "from workers import listener; listener.run()"]


@pytest.fixture
def listener(clean_database: str, var: Path) -> Iterator[tuple[int, Path]]:
    """Run a listener on a free port and on a socket; two inboxes exist."""
    with db.transaction() as session:
        for name in ("help", "press"):
            inboxes.create(session, None, inboxes.NewInbox(name, name, "email", f"{name}@polder-air.example"))
    port, path = free_port(), var / "lmtp"
    process = _start(WEBCARE_MAIL_PORT=str(port), WEBCARE_LMTP_SOCKET=str(path))
    until(20, "the listener answers", path.exists)
    yield port, path
    process.terminate()
    assert process.wait(10) == 0
    assert process.stderr is not None
    process.stderr.close()


def _start(**more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(LISTEN, env={**os.environ, **more}, stderr=subprocess.PIPE)


def _rows() -> list[Any]:
    with db.transaction() as session:
        return list(session.execute(text("SELECT body, headers FROM raw_events ORDER BY id")).all())


def _said(link: smtplib.SMTP, line: bytes) -> int:
    assert link.sock is not None
    link.sock.sendall(line + b"\r\n")
    return link.getreply()[0]


def _handed_over(path: Path, body: bytes) -> list[tuple[int, bytes]]:
    """Return the answers of LMTP to one mail for two known recipients and one unknown."""
    with smtplib.LMTP(str(path)) as link:
        assert link.sock is not None
        link.sock.settimeout(10)
        link.ehlo()
        link.mail("eve@example.org")
        assert link.rcpt("help@polder-air.example")[0] == 250
        assert link.rcpt("nobody@polder-air.example")[0] == 550
        assert link.rcpt("press@polder-air.example")[0] == 250
        answers = [link.data(MAIL % body), link.getreply()]
        assert link.noop()[0] == 250, "an answer too many would stand here"
        link.quit()
    return answers


def test_lmtp_answers_once_for_each_recipient_it_took(listener: tuple[int, Path]) -> None:
    answers = _handed_over(listener[1], b"Where is my flight?")
    assert [code for code, _ in answers] == [250, 250]
    assert len({words for _, words in answers}) == 2
    assert [row.headers["rcpt_to"] for row in _rows()] == [
        "help@polder-air.example",
        "press@polder-air.example",
    ]


def test_lmtp_refuses_once_for_each_recipient_too(listener: tuple[int, Path]) -> None:
    answers = _handed_over(listener[1], (b"x" * 998 + b"\r\n") * 27_000)
    assert [code for code, _ in answers] == [552, 552]
    assert _rows() == []


@pytest.mark.parametrize("odd", [b"\x00", b"\xff", b"\xed\xa0\x80", b"\x1b[2J", "\u202e".encode()])
def test_odd_bytes_in_the_envelope_keep_no_mail_out(listener: tuple[int, Path], odd: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", listener[0], timeout=10) as link:
        assert _said(link, b"EHLO a" + odd + b"b") == 250
        code = _said(link, b"MAIL FROM:<e" + odd + b"ve@example.org>")
        assert code in {250, 501, 553}
        if code != 250:
            assert _said(link, b"MAIL FROM:<>") == 250
        assert _said(link, b"RCPT TO:<he" + odd + b"lp@polder-air.example>") in {501, 550, 553}
        assert _said(link, b"RCPT TO:<help@polder-air.example>") == 250
        assert link.data(MAIL % b"hello")[0] == 250
    ((_, headers),) = _rows()
    assert (headers["helo"][0], headers["helo"][-1]) == ("a", "b")
    assert not any(mailroom.UNPRINTABLE.search(value) for value in headers.values())


@pytest.mark.parametrize("line", [b"VRFY \xff", b"VRFY <", b"MAIL FROM:<", b"MAIL FROM:\xff", b"\xff"])
def test_odd_commands_are_never_put_off(listener: tuple[int, Path], line: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", listener[0], timeout=10) as link:
        link.ehlo()
        assert _said(link, line) // 100 != 4
        assert link.noop()[0] == 250


def test_a_line_of_200_kilobytes_is_kept_whole(listener: tuple[int, Path]) -> None:
    with smtplib.SMTP("127.0.0.1", listener[0], timeout=10) as link:
        link.sendmail("eve@example.org", ["help@polder-air.example"], MAIL % (b"x" * 200_000))
    ((body, _),) = _rows()
    assert b"x" * 200_000 in bytes(body)


def test_what_nobody_foresaw_is_answered_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    answer = asyncio.run(mailroom.Mailroom().handle_exception(ValueError("SELECT secret FROM inboxes")))
    assert answer.startswith("451 4.3.0 ")
    assert "SELECT" not in answer + "".join(capsys.readouterr())


def test_a_taken_port_is_one_sentence_and_code_1(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = _start(WEBCARE_MAIL_PORT=str(port), DATABASE_URL=database_url)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.decode() == (
        f"Mail can't come in: another program listens on port {port} of 127.0.0.1. "
        "Stop it, or set WEBCARE_MAIL_PORT to a free port (-1 for no SMTP).\n"
    )


def test_a_file_in_the_place_of_the_socket_stays(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "letters"
    file.write_text("mine")
    process = _start(WEBCARE_MAIL_PORT="-1", WEBCARE_LMTP_SOCKET=str(file), DATABASE_URL=database_url)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, file.read_text()) == (1, "mine")
    assert b"WEBCARE_LMTP_SOCKET" in said
    assert b"Traceback" not in said
