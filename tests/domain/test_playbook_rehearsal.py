"""Promises of rehearsals: repeatable, in the natural mix, with facts that the desk can use."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from pydantic import ValidationError

from webcare.domain.facts import state
from webcare.domain.playbook import FactSpec
from webcare.domain.playbook.rehearsal import Rehearsal, messages, starting_facts

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
SMALL: dict[str, Any] = {
    "weights": {"status_info": 9, "refund": 1},
    "names": ["Inés", "Bram"],
    "cities": ["Oslo", "Riga"],
    "flights": ["ZZ1", "ZZ2"],
    "times": ["06:40", "07:00"],
    "messages": [
        {"intent": "status_info", "lang": "en", "text": "{name}: is {flight} to {city} at {time} going?"},
        {"intent": "refund", "lang": "nl", "text": "Geld terug"},
    ],
    "facts": [{"key": "next_update_at", "in_minutes": 60, "values": {"en": "at {at}", "nl": "om {at}"}}],
}


def test_the_same_seed_deals_the_same_messages() -> None:
    rehearsal = Rehearsal.model_validate(SMALL)
    first, again, other = (list(islice(messages(rehearsal, seed), 50)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_messages_come_in_the_natural_mix() -> None:
    dealt = Counter(each.intent for each in islice(messages(Rehearsal.model_validate(SMALL), 5), 2000))
    assert 1700 < dealt["status_info"] < 1900


def test_every_message_is_complete_and_can_be_sent_to_nobody() -> None:
    for message in islice(messages(Rehearsal.model_validate(SMALL), 3), 100):
        assert "{" not in message.text
        assert message.address.endswith("@example.org")
        assert message.address.isascii()


def test_starting_facts_are_verified_and_show_a_moment_that_lies_ahead() -> None:
    spec = FactSpec.model_validate(
        {"key": "next_update_at", "kind": "contact", "ttl_minutes": 30, "owner": "x", "public": True}
        | {"help": {"en": "x", "nl": "x"}}
    )
    (fact,) = starting_facts(Rehearsal.model_validate(SMALL), {"next_update_at": spec}, NOW)
    assert fact.values == {"en": "at 15:00 UTC", "nl": "om 15:00 UTC"}
    assert state(fact, NOW) == "valid"
    assert fact.valid_until == NOW + timedelta(minutes=30)
    assert starting_facts(Rehearsal.model_validate(SMALL), {}, NOW) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weights": {"status_info": 1, "refund": 1, "press": 1}}, "no message asks 'press'"),
        ({"weights": {"status_info": 1}}, "'refund' has no weight"),
        ({"cities": ["Oslo"]}, "cities"),
        ({"facts": [{"key": "area", "values": {"en": "{at}", "nl": "x"}}]}, "in_minutes"),
    ],
)
def test_a_rehearsal_that_cannot_be_dealt_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Rehearsal.model_validate({**SMALL, **changes})
