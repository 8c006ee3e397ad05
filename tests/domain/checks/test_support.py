"""What a draft states beyond its facts is told from what says them in other words, and from talk."""

from __future__ import annotations

import pytest

from webcare.domain.checks import CheckedDraft, GivenFact, check


def blocking(text: str, language: str, *values: str) -> set[str]:
    """Return the names of what blocks a draft in which these facts were given."""
    facts = tuple(GivenFact(f"fact_{number}", (value,)) for number, value in enumerate(values))
    found = check(CheckedDraft(text, language, facts=facts))
    return {one.name for one in found if one.severity == "block"}


@pytest.mark.parametrize(
    ("language", "value", "same", "more"),
    [
        (
            "en",
            "The pool is closed until 4 May for repairs",
            "Until 4 May the pool stays shut, because it is being repaired.",
            "The pool is closed until 4 May for repairs. The tiles have been ordered in Italy.",
        ),
        (
            "nl",
            "Het zwembad is dicht tot 4 mei vanwege reparaties",
            "Tot 4 mei is het zwembad gesloten, want het wordt gerepareerd.",
            "Het zwembad is dicht tot 4 mei. Niemand is door de tegels gewond geraakt.",
        ),
        (
            "de",
            "Das Schwimmbad ist bis zum 4. Mai geschlossen",
            "Bis zum 4. Mai bleibt das Schwimmbad geschlossen.",
            "Das Schwimmbad ist bis zum 4. Mai geschlossen. Bisher wurde niemand verletzt.",
        ),
        (
            "fr",
            "La piscine est fermée jusqu'au 4 mai",
            "Jusqu'au 4 mai, la piscine reste fermée.",
            "La piscine est fermée jusqu'au 4 mai. Votre moniteur a déjà été prévenu.",
        ),
        (
            "es",
            "La piscina está cerrada hasta el 4 de mayo",
            "Hasta el 4 de mayo la piscina sigue cerrada.",
            "La piscina está cerrada hasta el 4 de mayo. La cuota también se devuelve.",
        ),
    ],
)
def test_other_words_pass_and_more_than_the_fact_does_not(
    language: str, value: str, same: str, more: str
) -> None:
    assert blocking(same, language, value) == set()
    assert blocking(more, language, value) == {"unbacked_promise"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Rent doesn't wait, we know."),
        ("en", "A whole day in a queue with twins is hard."),
        ("en", "The cause isn't known at this point."),
        ("en", "Your booking is open in front of me."),
        ("nl", "De huur wacht niet, dat weten we."),
        ("nl", "En heb je toch geklikt, bel dan je bank."),
        ("nl", "Het zal inmiddels fris zijn bij je thuis."),
        ("de", "Schlimm, dass Sie so lange warten mussten."),
    ],
)
def test_talk_states_nothing(language: str, text: str) -> None:
    assert blocking(text, language, "The desk is open until 18:00") == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was probably a pump that got blocked in the night."),
        ("en", "Somebody must have left a tap running."),
        ("nl", "Waarschijnlijk is er vannacht een pomp vastgelopen en oververhit geraakt."),
        ("de", "Wahrscheinlich wurde nachts eine Pumpe falsch eingestellt."),
        ("fr", "Quelqu'un a sans doute oublié de fermer une vanne."),
        ("es", "Seguramente se rompió una bomba del proveedor."),
    ],
)
def test_a_guess_is_one_in_any_order_of_words(language: str, text: str) -> None:
    assert blocking(text, language) == {"speculation_on_cause"}


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("nl", "Vlieg je op de 12e, dan boek je gratis om.", "Wie op 12 of 13 juni vliegt, boekt gratis om"),
        ("de", "Wir melden uns um halb fünf.", "Nächste Meldung um 16:30 Uhr"),
        ("en", "We write to you at 16.30.", "Next update at 16:30"),
        ("de", "Die Sperrung endet am 30. April.", "Die Sperrung endet am 30. April"),
        ("en", "You get fifty percent back.", "Customers get 50% back"),
    ],
)
def test_numbers_are_the_facts_in_other_notations(language: str, text: str, value: str) -> None:
    assert blocking(text, language, value) == set()


def test_a_half_hour_in_german_lies_before_the_hour() -> None:
    fact = "Nächste Meldung um 17:30 Uhr"
    assert blocking("Wir melden uns um halb fünf.", "de", fact) == {"unbacked_promise"}


def test_a_placeholder_is_no_promise_too() -> None:
    found = blocking("Our update of [time] will be on the website as well.", "en")
    assert found == {"unfilled_placeholder"}


@pytest.mark.parametrize("title", ["Professor", "Frau Dr.", "Ing.", "Mx", "Captain"])
def test_a_title_is_no_name(title: str) -> None:
    right = CheckedDraft(f"Dear {title} Lindqvist, thank you.", "en", contact_name="Greta Lindqvist")
    wrong = CheckedDraft(f"Dear {title} Lindqvist, thank you.", "en", contact_name="Jan Smit")
    assert check(right) == ()
    assert {one.name for one in check(wrong)} == {"wrong_recipient_name"}


def test_who_signs_ends_what_was_said() -> None:
    assert blocking("Thanks for telling us. ^AM Take care. ^JB Have a good day", "en") == set()
    assert blocking("Thanks for telling us ^AM The pool reopens tomorrow.", "en") == {"unbacked_promise"}


@pytest.mark.parametrize("date", ["30/4", "30/04", "30 April", "the 30th of April"])
def test_a_date_is_the_same_in_every_notation(date: str) -> None:
    given = "Rebooking is free until 30 April"
    assert blocking(f"Until {date} you can change your ticket free of charge.", "en", given) == set()
    assert blocking(
        f"Until {date} you can change your ticket free of charge.", "en", given.replace("30", "29")
    )
