"""A receipt says what holds now in the contact's language, and passes the checks of any reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from webcare.domain import broadcasts, checks, receipts
from webcare.domain.checks import CheckedDraft, GivenFact
from webcare.domain.facts import FactVersion
from webcare.domain.replies import Ground

NOW = datetime(2026, 4, 15, 12, 30, tzinfo=UTC)
SAID = {"en": "the airspace is closed.", "nl": "het luchtruim is dicht", "de": "der Luftraum ist gesperrt"}
TITLES = {"en": "Volcanic ash", "nl": "Vulkaanas"}


def fact(key: str, values: Mapping[str, str], **more: Any) -> FactVersion:
    given: dict[str, Any] = {
        "status": "confirmed",
        "kind": "status",
        "verified_by": ("1",),
        "verified_at": NOW,
        "valid_until": NOW + timedelta(minutes=10),
        **more,
    }
    return FactVersion(key, version=2, values=values, source="bulletin", owner="lead", **given)


def ground(*facts: FactVersion) -> Ground:
    return Ground({}, {}, {each.key: each for each in facts}, NOW)


FULL = ground(
    fact("situation", SAID),
    fact("reply_eta", {"en": "2 hours", "nl": "2 uur"}, kind="computed"),
    fact("next_update_at", {"en": "15:00 CEST", "nl": "15:00 CEST"}, kind="computed"),
)


def test_with_everything_known_it_says_all_of_it_and_names_what_it_rests_on() -> None:
    made = receipts.built_in("en", TITLES, FULL)
    assert "What we know now: the airspace is closed. We expect to answer you within 2 hours" in made.text
    assert "Next update for everybody: 15:00 CEST." in made.text
    assert dict(made.facts) == {"situation": 2, "reply_eta": 2, "next_update_at": 2}


@pytest.mark.parametrize("language", receipts.LANGUAGES)
@pytest.mark.parametrize("known", [FULL, ground()], ids=["known", "nothing known"])
def test_no_receipt_has_a_blocking_finding_or_a_brace(language: str, known: Ground) -> None:
    made = receipts.built_in(language, TITLES, known)
    given = tuple(GivenFact(key, tuple(each.values.values())) for key, each in known.facts.items())
    found = checks.check(CheckedDraft(made.text, language, channel="webhook", facts=given))
    assert [each for each in found if each.severity == "block"] == []
    assert "{" not in made.text
    assert "HELP" in made.text


@pytest.mark.parametrize("language", broadcasts.LANGUAGES)
def test_no_change_has_no_blocking_finding_either(language: str) -> None:
    said = broadcasts.NO_CHANGE[language].format(as_of="14:30 CEST", next_update_at="15:00 CEST")
    given = (GivenFact("next_update_at", ("15:00 CEST", "14:30 CEST")),)
    found = checks.check(CheckedDraft(said, language, is_public=True, channel="webhook", facts=given))
    assert [each for each in found if each.severity == "block"] == []


@pytest.mark.parametrize(
    "values",
    [{"valid_until": NOW}, {"status": "likely"}, {"status": "unknown"}, {"status": "retracted"}],
)
def test_what_is_not_certain_now_is_left_out_and_the_crisis_is_named_instead(values: dict[str, Any]) -> None:
    made = receipts.built_in("en", TITLES, ground(fact("situation", SAID, **values)))
    assert "airspace" not in made.text
    assert "about: Volcanic ash." in made.text
    assert made.facts == {}


def test_a_fact_speaks_only_languages_that_it_has() -> None:
    assert "der Luftraum ist gesperrt" in receipts.built_in("de", TITLES, FULL).text
    french = receipts.built_in("fr", TITLES, FULL)
    assert "airspace" not in french.text
    assert "15:00 CEST" in french.text
    assert set(french.facts) == {"next_update_at"}


def test_an_unknown_language_is_answered_in_english() -> None:
    assert receipts.built_in("und", TITLES, FULL).language == "en"
