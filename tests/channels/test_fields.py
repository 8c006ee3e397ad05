"""Reading the house's JSON message: what is clear is read, what is odd is noted, the rest is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.conftest import inbox
from webcare.channels import webhook
from webcare.domain.utterances import Inbound, Raw
from webcare.errors import Unreadable


def parse(**changes: Any) -> Inbound:
    message = {"id": "m-1", "from": {"id": "eve", "name": "Eve"}, "text": "I smell gas"} | changes
    return webhook.parse(Raw(json.dumps(message).encode()), inbox("webhook"))


def test_reads_every_field() -> None:
    files = [{"name": "a.png", "size": 3, "content_type": "image/png", "url": "https://example.com/a"}]
    found = parse(
        subject="Help",
        sent_at="2025-03-01T12:00:00+01:00",
        public=True,
        language="NL",
        thread=7,
        attachments=files,
    )
    assert (found.address, found.name, found.text, found.external_id) == ("eve", "Eve", "I smell gas", "m-1")
    assert (found.subject, found.is_public, found.language) == ("Help", True, "nl")
    assert found.sent_at == datetime(2025, 3, 1, 11, 0, tzinfo=UTC)
    assert found.threading == {"message_id": "m-1", "thread": "7"}
    assert found.attachments == tuple(files)
    assert found.notices == ()


@pytest.mark.parametrize("sender", ["eve", {"id": "eve"}])
def test_takes_a_sender_in_text_or_as_an_object(sender: object) -> None:
    assert parse(**{"from": sender}).address == "eve"


@pytest.mark.parametrize("moment", [1740830400, 1740830400.0, 1740830400000, "2025-03-01T12:00:00Z"])
def test_reads_moments_in_seconds_milliseconds_and_iso(moment: object) -> None:
    assert parse(sent_at=moment).sent_at == datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", ["yesterday", 1e30, -1e30, float("1e999"), True, [], "9999-12-31T23:59:59-14:00"]
)
def test_notes_a_moment_that_is_none(moment: object) -> None:
    body = json.dumps({"from": "eve", "text": "x", "sent_at": moment}).replace("Infinity", "1e999")
    found = webhook.parse(Raw(body.encode()), inbox("webhook"))
    assert found.sent_at is None
    assert "sent_at" in found.notices[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public", "yes"),
        ("language", "not a language"),
        ("subject", 3),
        ("thread", {}),
        ("attachments", "a.png"),
    ],
)
def test_tolerates_a_wrong_type_with_a_notice(field: str, value: object) -> None:
    found = parse(**{field: value})
    assert found.text == "I smell gas"
    assert field in found.notices[0]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"text": None}, "`text`"),
        ({"text": ["a"]}, "`text`"),
        ({"from": None}, "`from`"),
        ({"from": {"name": "Eve"}}, "`from.id`"),
        ({"from": {"id": True}}, "`from.id`"),
        ({"from": "  "}, "`from`"),
    ],
)
def test_says_which_field_is_unreadable(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(Unreadable, match=where):
        parse(**changes)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"text": NaN}', "NaN"),
        (b'{"text": ', "line 1, column 10"),
        (b"\xff", "byte 0"),
        (b"[1]", "a list"),
        (b"[" * 100_000, "64 levels"),
        (b"9" * 5000, "read"),
    ],
)
def test_says_why_a_body_is_unreadable(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        webhook.parse(Raw(body), inbox("webhook"))


def test_makes_text_safe_to_store() -> None:
    found = webhook.parse(
        Raw(rb'{"from": "eve", "text": "a\u0000b\ud800c\u0007\r\nd", "subject": "x\u202ey"}'),
        inbox("webhook"),
    )
    assert found.text == "a\ufffdb\ufffdc\nd"
    assert found.subject == "xy"


def test_cuts_a_long_text_with_a_notice() -> None:
    found = parse(text="x" * 100_001)
    assert len(found.text) == 100_000
    assert "cut" in found.notices[0]


def test_two_senders_never_become_one_by_cleaning_or_cutting() -> None:
    given = ["eve", "eve\u200b", "eve\u0000", "e" * 300, "e" * 301]
    assert len({parse(**{"from": one}).address for one in given}) == len(given)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "from", "text", "subject", "sent_at", "public", "language", "thread", "attachments"]
)


@given(st.dictionaries(FIELDS, VALUES))
def test_raises_nothing_but_unreadable(message: dict[str, Any]) -> None:
    try:
        found = webhook.parse(Raw(json.dumps(message).encode()), inbox("webhook"))
    except Unreadable:
        return
    found.text.encode()
    assert "\x00" not in found.text + found.name + found.address + found.subject
