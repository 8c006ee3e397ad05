"""A correction says what was wrong, when it was said, what is right, sorry, and where to answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from webcare import playbooks
from webcare.domain import corrections
from webcare.domain.corrections import COSTS, Told, Wording
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import Playbook

NOW = datetime(2026, 3, 4, 13, 5, tzinfo=UTC)
WRONG = {"en": "Tuesday 18:00", "nl": "dinsdag 18:00"}
RIGHT = {"en": "Wednesday 06:00", "nl": "woensdag 06:00"}


@pytest.fixture(scope="module")
def ash() -> Playbook:
    return playbooks.load("volcanic-ash", playbooks.shipped())


def costs(status: str) -> FactVersion:
    values = {"en": "we pay", "nl": "wij betalen"}
    later = NOW.replace(hour=20)
    known: dict[str, Any] = {"verified_by": ("1",), "verified_at": NOW, "valid_until": later}
    return FactVersion(COSTS, 1, values, status, "finance", "finance", "policy", **known)  # type: ignore[arg-type]


def wording(ash: Playbook, *held: FactVersion, right: dict[str, str] | None = None) -> Wording:
    ground = corrections.grounds(ash, {each.key: each for each in held}, NOW)
    zone = ZoneInfo("Europe/Amsterdam")
    return Wording(ash, ground, WRONG, RIGHT if right is None else right, zone, "DV")


def told(language: str = "en", **more: Any) -> Told:
    return Told("You fly after Tuesday 18:00.", NOW, language, **more)


def test_the_playbooks_own_words_are_used_when_they_fit(ash: Playbook) -> None:
    one = wording(ash).notice(told())
    assert one.text == (
        'Correction. At 14:05 CET on 4 March we told you: "Tuesday 18:00". That was wrong; it should be:'
        ' "Wednesday 06:00". That was our mistake and we\'re sorry. If you already acted on it, reply here'
        " and we'll put it right. ^DV"
    )
    assert wording(ash).template(is_public=False).key == "volc.correction"


def test_without_a_template_of_its_own_a_playbook_still_corrects(ash: Playbook) -> None:
    bare = ash.model_copy(
        update={"replies": tuple(each for each in ash.replies if not each.key.endswith(".correction"))}
    )
    for language, words in (("en", "it should be"), ("nl", "het moet zijn"), ("de", "it should be")):
        assert words in wording(bare).notice(told(language)).text
    assert wording(bare).is_built_in(is_public=True)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_when_nobody_knows_what_is_right_no_other_answer_is_given(ash: Playbook, language: str) -> None:
    text = wording(ash, right={}).notice(told(language, name="Eve Example")).text
    assert {"en": "We don't know yet", "nl": "We weten nog niet"}[language] in text
    assert "sorry" in text
    assert '""' not in text
    assert "Eve" in text


@pytest.mark.parametrize(("status", "is_promised"), [("confirmed", True), ("likely", False)])
def test_costs_are_promised_when_confirmed_and_only_then(
    ash: Playbook, status: str, *, is_promised: bool
) -> None:
    for right in (RIGHT, {}):
        made = wording(ash, costs(status), right=right)
        assert ("costs it caused you" in made.notice(told()).text) is is_promised
        assert made.promises_costs() is is_promised


def test_the_quoted_words_are_those_that_stood_in_the_message(ash: Playbook) -> None:
    # A Dutch conversation that was answered in English.
    text = wording(ash).notice(told("nl")).text
    assert '"Tuesday 18:00"' in text
    assert '"woensdag 06:00"' in text


def test_a_wrong_number_is_not_spread_once_more_in_public(ash: Playbook) -> None:
    number = {"en": "+31 20 123 4567", "nl": "+31 20 123 4567"}
    ground = corrections.grounds(ash, {}, NOW)
    made = Wording(ash, ground, number, {"en": "+31 20 765 4321", "nl": "+31 20 765 4321"})
    assert "123 4567" not in made.notice(told(is_public=True)).text
    assert "+31 20 765 4321" in made.notice(told(is_public=True)).text
    assert "+31 20 123 4567" in made.notice(told()).text


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Eve Example", "Eve"),
        ("Zoë", "Zoë"),
        ("Anne-Marie", "Anne-Marie"),
        *((odd, "") for odd in ("", " ", "https://evil.example", "eve.1@example.com", "x" * 40, "{wrong}")),
    ],
)
def test_a_name_that_is_none_is_left_out(name: str, first: str) -> None:
    assert corrections.first_name(name) == first


def test_moments_carry_their_zone_and_day() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    assert corrections.moment(NOW, "en", zone) == "14:05 CET on 4 March"
    assert corrections.moment(NOW, "nl", zone) == "14:05 CET op 4 maart"
    assert corrections.moment(NOW, "de", zone) == "14:05 CET, 2026-03-04"


def test_what_is_only_likely_is_said_with_a_hedge(ash: Playbook) -> None:
    likely = FactVersion(
        "cancelled_until", 2, RIGHT, "likely", "ops", "ops", "status", ("1",), NOW, NOW.replace(hour=20)
    )
    ground = corrections.grounds(ash, {"cancelled_until": likely}, NOW)
    words = corrections.right_words(ground, "cancelled_until")
    assert words["en"] == "Wednesday 06:00 (probably; not confirmed yet)"
    late = corrections.grounds(ash, {"cancelled_until": likely}, NOW.replace(hour=21))
    assert corrections.right_words(late, "cancelled_until") == {}
