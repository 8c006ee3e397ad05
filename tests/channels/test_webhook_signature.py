"""A webhook's signature: only the right secret, body and moment get in, and nothing else ever escapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.conftest import SECRET, inbox
from webcare.channels import webhook
from webcare.domain.utterances import Raw
from webcare.errors import BadSignature

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
BODY = b'{"id": 1}'
INBOX = inbox("webhook", secrets=("", SECRET, "the-next-secret"))


def check(value: str, body: bytes = BODY, name: str = "Webcare-Signature") -> None:
    webhook.verify(Raw(body, {name: value}), INBOX, NOW)


@pytest.mark.parametrize("secret", [SECRET, "the-next-secret"])
@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_takes_every_live_secret_within_the_window(secret: str, seconds: int) -> None:
    check(webhook.sign(BODY, secret, NOW + timedelta(seconds=seconds)))


def test_takes_a_header_in_any_case_with_an_old_and_a_new_signature() -> None:
    old = webhook.sign(BODY, "forgotten", NOW)
    new = webhook.sign(BODY, SECRET, NOW).partition(",")[2]
    check(f"{old},{new}", name="webcare-signature")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_refuses_a_moment_outside_the_window(seconds: int) -> None:
    with pytest.raises(BadSignature):
        check(webhook.sign(BODY, SECRET, NOW + timedelta(seconds=seconds)))


def test_refuses_a_changed_body_a_moved_moment_and_an_empty_secret() -> None:
    good = webhook.sign(BODY, SECRET, NOW)
    moved = good.replace("t=1", "t=01", 1)
    for value, body in ((good, BODY + b" "), (moved, BODY), (webhook.sign(BODY, "", NOW), BODY)):
        with pytest.raises(BadSignature):
            check(value, body)


def test_refuses_everything_while_the_inbox_has_no_secret() -> None:
    with pytest.raises(BadSignature):
        webhook.verify(
            Raw(BODY, {"Webcare-Signature": webhook.sign(BODY, "", NOW)}), inbox("webhook", secrets=()), NOW
        )


T = f"t={int(NOW.timestamp())}"
V1 = webhook.sign(BODY, SECRET, NOW).partition(",")[2]


@pytest.mark.parametrize(
    "value",
    [
        "",
        T,
        V1,
        f"{T},{T},{V1}",
        f"{T},{V1.upper()}",
        f"{T},v1=é{V1[4:]}",
        f"{T},v1=",
        f"t=+{T[2:]},{V1}",
        f"t={'9' * 5000},{V1}",
        f"t=١٢,{V1}",
        f"{T},{V1},",
        f"{T},{','.join([V1] * 6)}",
        f"{T},{V1}" + " " * 2000,
        f"{T},{V1},v1=\ud800",
    ],
)
def test_refuses_odd_headers(value: str) -> None:
    with pytest.raises(BadSignature):
        check(value)


@given(st.text() | st.from_regex(r"t=\d{1,400},v1=\S{0,80}"), st.binary(max_size=50))
def test_raises_nothing_but_bad_signature(value: str, body: bytes) -> None:
    with pytest.raises(BadSignature):
        check(value, body)
