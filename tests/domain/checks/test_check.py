"""Each check by itself: names, spans, severities, mends, and what only warns."""

from __future__ import annotations

import pytest

from webcare.domain.checks import CheckedDraft, Finding, GivenFact, check


def found(text: str, **more: object) -> list[Finding]:
    return list(check(CheckedDraft(text, **more)))  # type: ignore[arg-type]


def names(text: str, **more: object) -> list[str]:
    return [one.name for one in found(text, **more)]


def said(text: str, name: str, **more: object) -> str:
    one = next(one for one in found(text, **more) if one.name == name)
    return text[one.start : one.end]


def test_a_likely_fact_stated_as_certain_only_warns() -> None:
    fact = GivenFact("restore", ("Power is back at 21:00",), "likely")
    (flat,) = found("Power is back at 21:00.", facts=(fact,))
    assert (flat.name, flat.severity) == ("unbacked_promise", "warn")
    assert names("We expect power back around 9 pm.", facts=(fact,)) == []


@pytest.mark.parametrize(
    ("status", "is_expired", "name"),
    [
        ("confirmed", True, "expired_fact"),
        ("likely", True, "expired_fact"),
        ("retracted", False, "retracted_fact"),
        ("retracted", True, "retracted_fact"),
    ],
)
def test_what_an_outdated_fact_said_gets_only_that_finding(status: str, is_expired: bool, name: str) -> None:
    fact = GivenFact("airspace_status", ("The airspace is closed until 18:00.",), status, is_expired)
    for text in ("The airspace is closed until 18:00.", "The airspace stays shut until 6 pm."):
        assert names(text, facts=(fact,)) == [name]


def test_a_valid_fact_wins_over_an_expired_one_that_says_the_same() -> None:
    old = GivenFact("a", ("The airspace is closed until 18:00.",), is_expired=True)
    new = GivenFact("b", ("The airspace is closed until 18:00.",))
    assert names("The airspace is closed until 18:00.", facts=(old, new)) == []


def test_the_span_is_what_is_wrong() -> None:
    assert said("Hi Peter, hello.", "wrong_recipient_name", contact_name="Jan") == "Peter"
    assert said("Dank je. Bel XXX daarvoor.", "unfilled_placeholder") == "XXX"
    assert (
        said("Is 4111 1111 1111 1111 right?", "personal_data_public", is_public=True) == "4111 1111 1111 1111"
    )
    assert said("x" * 12, "too_long", limit=10) == "xx"
    assert "18:00" in said("Thank you. Power is back at 18:00.", "unbacked_promise")


def test_one_click_mends_the_name() -> None:
    text = "Hi Peter, I'm looking into it."
    (one,) = found(text, contact_name="Jan de Vries")
    assert one.mend is not None
    assert text[: one.mend.start] + one.mend.words + text[one.mend.end :] == "Hi Jan, I'm looking into it."


def test_personal_data_and_legal_positions_are_final() -> None:
    (code,) = found("Your booking code is K7PQ2M.", is_public=True)
    (legal,) = found("You are not entitled to compensation.")
    assert code.is_final
    assert legal.is_final


def test_locked_wording_is_not_the_agents() -> None:
    text = "The fixed compensation of 250 to 600 euros usually does not apply when airspace is closed by ash."
    assert names(text) == ["legal_conclusion"]
    assert names(f"Sorry. {text}", locked=(text,)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This is the fault of the airport.", "blame"),
        ("Het ligt aan de vakbond.", "blame"),
        ("We apologise for any inconvenience.", "empty_apology"),
        ("Excuses voor het ongemak.", "empty_apology"),
        ("Wir bedauern die Unannehmlichkeiten.", "empty_apology"),
        ("We'll come back to you as soon as possible.", "no_time"),
        ("We komen zo spoedig mogelijk bij je terug.", "no_time"),
        ("Please be patient.", "dismissive"),
        ("Rustig aan, we zijn bezig.", "dismissive"),
    ],
)
def test_what_sounds_wrong_warns(text: str, name: str) -> None:
    warned = {one.name: one.severity for one in found(text)}
    assert warned.get(name) == "warn"


def test_a_missing_signature_warns_in_public_only() -> None:
    assert names("I'm reading it.", is_public=True, wants_signature=True) == ["unsigned"]
    assert names("I'm reading it. ^AB", is_public=True, wants_signature=True) == []
    assert names("I'm reading it.", is_public=False, wants_signature=True) == []


def test_the_same_text_again_in_one_thread_warns() -> None:
    earlier = ("Hi Anna, we're looking into it! ^AB",)
    assert names("Hi Bo, we're looking into it. ^CD", is_public=True, earlier=earlier) == ["repeated"]
    assert names("Which flight is it, Bo? ^CD", is_public=True, earlier=earlier) == []


def test_a_reticent_tone_takes_no_cheer() -> None:
    assert "tone" in names("Haha, we're looking into it! 😀", tone="formal-reticent")
    assert "tone" not in names("We're looking into it.", tone="formal-reticent")


def test_no_time_is_fine_beside_a_next_update() -> None:
    fact = GivenFact("next_update_at", ("16:00",))
    assert "no_time" not in names("As soon as possible. Next update 16:00.", facts=(fact,))
