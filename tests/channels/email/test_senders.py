"""Who wrote a mail: no trick with names, quotes or encodings can put another address in place."""

from __future__ import annotations

import pytest

from tests.channels.email.samples import mail
from webcare.channels.email.senders import mailbox


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Eve <EVE@Example.com>", ("eve@example.com", "Eve")),
        ("eve@example.com", ("eve@example.com", "")),
        ('"boss <ceo@example.org>, x" <eve@example.com>', ("eve@example.com", "boss <ceo@example.org>, x")),
        ("(ceo@example.org) eve@example.com", ("eve@example.com", "")),
        ("=?utf-8?q?ceo=40example.org=2C?= <eve@example.com>", ("eve@example.com", "ceo@example.org,")),
        ("=?utf-8?q?=3Cceo=40example.org=3E?= <eve@example.com>", ("eve@example.com", "<ceo@example.org>")),
        ("undisclosed, Eve <eve@example.com>", ("eve@example.com", "Eve")),
        ("=?iso-8859-1?q?=C9ve?= <eve@example.com>", ("eve@example.com", "Éve")),
        ("eve@example.com@example.org", None),
        ("<eve@localhost>", None),
        ("<eve @example.com>", None),
        ("<eve\x00@example.com>", None),
        ("", None),
    ],
)
def test_finds_the_mailbox(value: str, found: tuple[str, str] | None) -> None:
    assert mailbox(value) == found


@pytest.mark.parametrize(
    ("reply_to", "address"), [("Eve <home@example.net>", "home@example.net"), ("nonsense", "eve@example.com")]
)
def test_reply_to_wins_when_it_is_valid(reply_to: str, address: str) -> None:
    found = mail(Reply_To=reply_to)
    assert (found.address, found.name) == (address, "Eve")
