"""The contact form: real people get through even with a mistyped address, robots are told off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.conftest import inbox
from webcare.channels import form
from webcare.domain.utterances import Raw
from webcare.errors import BadSignature, Unreadable

NOW = datetime(2025, 3, 1, tzinfo=UTC)
POSTED = {
    "id": "f-1",
    "name": "Eve",
    "address": "Eve@Example.com",
    "text": "I smell gas",
    "extra": "x",
    "website": "",
}
OPEN = inbox("form", secrets=())


def test_reads_a_form() -> None:
    body = form.pack(POSTED)
    form.verify(Raw(body), OPEN, NOW)
    found = form.parse(Raw(body, received_at=NOW), OPEN)
    assert (found.address, found.name, found.text, found.sent_at) == (
        "eve@example.com",
        "Eve",
        "I smell gas",
        NOW,
    )
    assert form.split(body, {})[0].dedupe_key == "id:f-1"
    assert b"extra" not in body


def test_a_wrong_address_is_a_notice_and_no_loss() -> None:
    first, second = (form.parse(Raw(form.pack(POSTED | {"address": "eve", "id": one})), OPEN) for one in "ab")
    assert first.text == "I smell gas"
    assert first.address.startswith("unknown sender")
    assert first.address != second.address
    assert "eve" in first.notices[0]


@pytest.mark.parametrize("body", [form.pack(POSTED | {"website": "x"}), b"{", b"[]", b"\xff"])
def test_refuses_robots_and_what_is_no_form(body: bytes) -> None:
    with pytest.raises(BadSignature):
        form.verify(Raw(body), OPEN, NOW)


def test_asks_for_the_forms_key_when_the_inbox_has_one() -> None:
    config = inbox("form", secrets=("old", "new"))
    form.verify(Raw(form.pack(POSTED | {"key": "new"})), config, NOW)
    for key in ("", "wrong", "é", "\ud800"):
        with pytest.raises(BadSignature):
            form.verify(Raw(form.pack(POSTED | {"key": key})), config, NOW)


def test_a_form_without_text_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        form.parse(Raw(form.pack(POSTED | {"text": " "})), OPEN)


@given(st.binary(max_size=60) | st.dictionaries(st.sampled_from(form.FIELDS), st.text()).map(form.pack))
def test_raises_only_what_is_declared(body: bytes) -> None:
    assert form.split(body, {})[0].body == body
    for read, declared in (
        (lambda: form.verify(Raw(body), OPEN, NOW), BadSignature),
        (lambda: form.parse(Raw(body), OPEN), Unreadable),
    ):
        try:
            read()
        except declared:
            continue
