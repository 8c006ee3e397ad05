"""Personal data is found by shape and check sum, and never repeated."""

from __future__ import annotations

import json

import pytest

from tests.domain.triage.examples import RECEIVED
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet
from webcare.domain.triage.privacy import find_exposures, is_iban, is_luhn

FOUND = {
    "my booking K7PQ2M please": "booking code",
    "boekingscode k7pq2m": "booking code",
    "IBAN NL91 ABNA 0417 1643 00": "bank account",
    "card 4111 1111 1111 1111": "card number",
    "passport NX1234567": "passport number",
    "call +31 6 1234 5678": "phone number",
    "call 07700 900123": "phone number",
    "ticket 999-1234567890": "ticket number",
    "born 12-03-1979": "birth date",
    "mail p.voorbeeld@example.com": "e-mail address",
}
NOT_FOUND = [
    "flight ZZ1234 code",
    "IBAN NL91 ABNA 0417 1643 01",
    "card 4111 1111 1111 1112 0",
    "1111 1111 1111 1111",
    "no digits",
]


@pytest.mark.parametrize(("text", "kind"), FOUND.items())
def test_kind_is_found(text: str, kind: str) -> None:
    assert kind in {one.kind for one in find_exposures(text)}


@pytest.mark.parametrize("text", NOT_FOUND)
def test_look_alikes_are_left_alone(text: str) -> None:
    kinds = {one.kind for one in find_exposures(text)}
    assert not kinds & {"booking code", "bank account", "card number"}


def test_check_sums() -> None:
    assert is_luhn("4111111111111111")
    assert not is_luhn("4111111111111112")
    assert is_iban("NL91ABNA0417164300")
    assert not is_iban("NL91ABNA0417164301")


@pytest.mark.parametrize("is_public", [True, False])
def test_what_was_found_is_never_repeated(rules: CueSet, *, is_public: bool) -> None:
    text = "Rebook me, code K7PQ2M, born 12-03-1979, tel 07700 900123, card 4111 1111 1111 1111"
    found = assess(Text(text, RECEIVED, is_public=is_public), rules)
    told = json.dumps(found.as_json())
    assert "privacy_exposed" in found.intents
    assert found.level.name == ("U1" if is_public else "U2")
    assert not any(secret in told for secret in ("K7PQ2M", "1979", "900123", "4111"))
