"""Reading mails in every state: the words come out, the oddities are noted, only Unreadable escapes."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.conftest import inbox
from tests.channels.email.samples import mail, multipart
from webcare.channels import email
from webcare.domain.utterances import Inbound, Raw
from webcare.errors import Unreadable

COLLECTION = Path(__file__).parents[4] / "shared" / "data" / "mail"


def test_reads_an_ordinary_mail() -> None:
    found = mail(
        Date="Sat, 1 Mar 2025 12:00:00 +0100", Message_ID="<1@example.com>", References="<a@b> junk <c@d>"
    )
    assert (found.address, found.name, found.subject) == ("eve@example.com", "Eve", "Help")
    assert found.text == "I smell gas"
    assert found.sent_at == datetime(2025, 3, 1, 11, 0, tzinfo=UTC)
    assert found.threading == {
        "message_id": "<1@example.com>",
        "references": "<a@b> <c@d>",
        "subject": "Help",
    }
    assert not found.auto_submitted
    assert found.notices == ()


def test_the_dedupe_id_is_the_digest_of_all_bytes() -> None:
    raw = b"From: eve@example.com\nMessage-ID: <1@a>\n\nhello"
    found = email.parse(Raw(raw), inbox("email"))
    assert found.external_id == hashlib.sha256(raw).hexdigest()
    assert email.split(raw, {})[0].dedupe_key == f"sha256:{found.external_id}"


@pytest.mark.parametrize("message_id", ["<>", "<[", "<", "<a b>", "\ufffd", "<" + "x" * 9999 + ">"])
def test_survives_broken_message_ids(message_id: str) -> None:
    found = mail(Message_ID=message_id)
    assert found.text == "I smell gas"
    assert "message_id" not in found.threading


def test_no_header_can_bring_in_another() -> None:
    found = mail(
        Subject="=?utf-8?q?Hi=0D=0ABcc:_x=E2=80=A8y=E2=80=AEz?=", From="=?utf-8?q?E=0Ave?= <eve@example.com>"
    )
    assert found.subject == "Hi Bcc: x yz"
    assert found.name == "E ve"


@pytest.mark.parametrize("charset", ["no-such-charset", "idna", "unicode_escape", "base64", "", '"'])
def test_guesses_when_the_charset_is_unknown(charset: str) -> None:
    found = mail("Gaslucht in de caf\u00e9".encode("latin-1"), Content_Type=f"text/plain; charset={charset}")
    assert found.text == "Gaslucht in de café"
    assert "Latin-1" in found.notices[0]


def test_reads_utf8_under_a_wrong_name() -> None:
    found = mail("Übermorgen für €5".encode(), Content_Type="text/plain; charset=us-ascii")
    assert found.text == "Übermorgen für €5"


def test_takes_nul_and_lone_surrogates_out() -> None:
    found = mail(b"a\x00b\x07c\xed\xa0\x80", Content_Type="text/plain; charset=utf-8")
    assert found.text.startswith("a\ufffdbc")
    found.text.encode()


def test_two_thousand_levels_are_left_out_with_a_notice() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2000))
    found = email.parse(Raw(f"From: eve@example.com\nSubject: deep\n{deep}\nhi".encode()), inbox("email"))
    assert found.subject == "deep"
    assert any("50 levels" in notice for notice in found.notices)


def test_more_than_two_hundred_parts_are_left_out_with_a_notice() -> None:
    found = mail(**multipart(*["\r\nword"] * 300))
    assert found.text.count("word") == 199
    assert any("200 parts" in notice for notice in found.notices)


@pytest.mark.parametrize(
    "body",
    [
        b"x" * 1_000_000,
        b"\n" * 1_000_000,
        b"On 1 \n" * 150_000,
        b"> " * 500_000,
        b" " * 1_000_000,
        b"--\n" * 300_000,
    ],
)
@pytest.mark.parametrize("kind", ["text/plain; format=flowed", "text/html", "multipart/mixed; boundary=cut"])
def test_a_megabyte_of_anything_is_read_in_seconds(body: bytes, kind: str) -> None:
    start = time.perf_counter()
    found = mail(body, Content_Type=kind)
    assert time.perf_counter() - start < 5
    assert len(found.text) <= 100_000


@pytest.mark.parametrize(
    "value", ["=?a?q?" * 4000, "<" * 50_000, '"' * 50_000, "(" * 50_000, ';a="' * 20_000, "," * 50_000]
)
def test_hostile_headers_are_read_in_seconds(value: str) -> None:
    start = time.perf_counter()
    found = mail(From=value, Subject=value, Content_Type=f"text/plain; {value}", References=value, To=value)
    assert time.perf_counter() - start < 5
    assert found.address.startswith("unknown sender")


def test_a_mail_without_sender_is_shown_apart_from_others() -> None:
    first, second = mail("one", From=""), mail("two", From="")
    assert (first.name, first.text) == ("unknown sender", "one")
    assert first.address != second.address
    assert "Nobody can be answered" in first.notices[0]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"X-Odd: 1\n\n", b"\x00"[:0]])
def test_nothing_at_all_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable, match="neither"):
        email.parse(Raw(body), inbox("email"))


def test_a_broken_header_line_does_not_hide_those_below() -> None:
    found = email.parse(
        Raw(b"From: eve@example.com\nbroken line\nSubject: Help\n\nI smell gas"), inbox("email")
    )
    assert (found.subject, found.text) == ("Help", "I smell gas")


def test_words_right_below_the_headers_are_the_text() -> None:
    found = email.parse(Raw(b"From: eve@example.com\nSubject: Help\nI smell gas\nnow"), inbox("email"))
    assert (found.subject, found.text) == ("Help", "I smell gas\nnow")


def _read(raw: bytes) -> Inbound | None:
    try:
        found = email.parse(Raw(raw), inbox("email"))
    except Unreadable:
        return None
    shown = found.text + found.name + found.subject + found.quoted + found.address
    shown.encode()
    assert "\x00" not in shown
    return found


HEADER = st.sampled_from(
    [
        "From",
        "Reply-To",
        "Subject",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Date",
        "To",
        "References",
        "Auto-Submitted",
    ]
)
VALUE = st.text(max_size=40) | st.sampled_from(
    [
        "multipart/mixed; boundary=b",
        "text/html",
        "base64",
        "quoted-printable",
        "x-uuencode",
        "=?utf-8?b?/w==?=",
        "<[",
        "message/rfc822",
    ]
)
HEAD = st.lists(st.tuples(HEADER, VALUE)).map(
    lambda pairs: "".join(f"{name}: {value}\n" for name, value in pairs)
)


@given(
    st.binary()
    | st.builds(lambda head, body: head.encode("utf-8", "replace") + b"\n" + body, HEAD, st.binary())
)
def test_raises_nothing_but_unreadable(raw: bytes) -> None:
    _read(raw)


@pytest.mark.skipif(not COLLECTION.is_dir(), reason="the collection of odd mails is not on this machine")
def test_reads_a_collection_of_odd_mails() -> None:
    mails = [path for path in COLLECTION.rglob("*") if path.suffix in {".eml", ".txt"}]
    found = [_read(path.read_bytes()) for path in mails]
    readable = [one for one in found if one and one.text]
    assert len(readable) >= len(mails) * 0.85
    assert found.count(None) <= 1


@pytest.mark.skipif(not COLLECTION.is_dir(), reason="the collection of odd mails is not on this machine")
def test_survives_odd_mails_cut_anywhere_and_with_flipped_bytes() -> None:
    for number, path in enumerate(sorted(COLLECTION.rglob("*"))):
        if path.suffix in {".eml", ".txt"}:
            raw = path.read_bytes()
            _read(raw[: len(raw) * (number % 10) // 10])
            _read(
                bytes(
                    byte ^ 0x80 if place % 37 == number % 37 else byte
                    for place, byte in enumerate(raw[:20_000])
                )
            )
