"""A booking is confirmed only after a plain YES to exactly the journey that was read back last."""

from __future__ import annotations

import pytest

from webcare import playbooks
from webcare.domain import read_back
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.read_back import Spoken

JOURNEY = "ZZ482, Tue 20 Apr, AMS 09:55 - JFK 12:05"


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return playbooks.load("volcanic-ash", playbooks.shipped())


def template(playbook: Playbook, step: str) -> ReplyTemplate:
    return next(each for each in playbook.replies if each.step == step)


def thread(*answers: str, journey: str = JOURNEY) -> list[Spoken]:
    asked = Spoken("outbound", f"Please check: {journey}", "read-back", journey)
    return [Spoken("inbound", "Can you rebook me?"), asked, *(Spoken("inbound", each) for each in answers)]


@pytest.mark.parametrize("answer", ["YES", "Yes please!", "ja", "Ja, graag. Dank!", "Oui", "sí", "ok"])
def test_a_plain_yes_is_enough(answer: str) -> None:
    assert read_back.obstacle(thread(answer), JOURNEY) is None


@pytest.mark.parametrize(
    "answers",
    [
        (),
        ("What does it cost?",),
        ("Yes, but on Wednesday",),
        ("Ja maar mijn naam is fout",),
        ("YES", "wait, wrong airport"),
        ("ja", "toch liever een dag later"),
        ("yesterday was better",),
    ],
)
def test_anything_else_is_no_yes(answers: tuple[str, ...]) -> None:
    assert read_back.obstacle(thread(*answers), JOURNEY) is not None


def test_without_a_read_back_nothing_is_confirmed() -> None:
    assert "Read the journey back first" in str(read_back.obstacle([Spoken("inbound", "YES")], JOURNEY))


def test_a_change_after_the_yes_needs_a_new_yes() -> None:
    changed = JOURNEY.replace("09:55", "10:55")
    again = Spoken("outbound", "", "read-back", changed)
    assert "isn't the one" in str(read_back.obstacle(thread("YES"), changed))
    assert "not said YES" in str(read_back.obstacle([*thread("YES"), again], changed))
    assert read_back.obstacle([*thread("YES"), again, Spoken("inbound", "ja")], changed) is None


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("step", ["read-back", "confirmation"])
def test_the_journey_is_found_in_what_was_sent(playbook: Playbook, step: str, language: str) -> None:
    chosen = template(playbook, step)
    words = chosen.texts.of(language).replace("{name:, {name}}", ", Eve")
    sent = words.replace("{itinerary}", JOURNEY).replace("{offer_expires_at}", "18:00 CEST")
    assert read_back.itinerary(chosen, sent) == JOURNEY
