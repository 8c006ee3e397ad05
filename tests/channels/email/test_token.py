"""The thread token: made by us it leads home, changed in any letter it leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.conftest import SECRET
from tests.channels.email.samples import enveloped, mail
from webcare.channels.email import token

GOOD = token.make(42, SECRET)


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_token_leads_to_its_conversation(conversation_id: int) -> None:
    made = token.make(conversation_id, SECRET)
    assert token.verify(made.upper(), ("next", SECRET)) == conversation_id
    assert token.verify(made, ("", "another")) is None
    assert len(f"inbox+{made}") <= 64


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_a_token_changed_anywhere_leads_nowhere(place: int) -> None:
    for letter in "7az":
        changed = GOOD[:place] + letter + GOOD[place + 1 :]
        assert changed == GOOD or token.verify(changed, (SECRET,)) is None


@pytest.mark.parametrize(
    "wrong", [GOOD[:-1], GOOD + "a", "0" + GOOD, "42-", "", GOOD + "\n", GOOD + "@", "٤٢" + GOOD[2:]]
)
def test_a_token_of_another_length_leads_nowhere(wrong: str) -> None:
    assert token.verify(wrong, (SECRET,)) is None


def test_without_a_secret_nothing_is_verified() -> None:
    assert token.verify(token.make(42, ""), ("",)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"To": f"Polder Air <inbox+{GOOD}@example.org>"},
        {"Delivered_To": f"inbox+{GOOD}@example.org"},
        {"In_Reply_To": f"<7b0e0b0c.{GOOD}@example.org>"},
        {"References": f"<x@y> <7b0e0b0c.{GOOD}@example.org>"},
    ],
)
def test_an_answer_finds_its_conversation(headers: dict[str, str]) -> None:
    assert mail(**headers).thread_token == "42"


def test_the_envelope_counts_first() -> None:
    other = token.make(7, SECRET)
    found = enveloped({"rcpt_to": f"inbox+{other}@example.org"}, To=f"inbox+{GOOD}@example.org")
    assert found.thread_token == "7"


@pytest.mark.parametrize(
    "to", [f"inbox+43{GOOD[2:]}@example.org", "inbox+42@example.org", "inbox@example.org"]
)
def test_a_guessed_token_starts_a_new_conversation(to: str) -> None:
    found = mail(To=to, Subject="Re: [#42]", X_Conversation="42")
    assert found.thread_token is None
    assert found.text == "I smell gas"
