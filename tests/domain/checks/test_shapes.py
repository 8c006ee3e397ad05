"""What makes a sentence a promise is its shape: who speaks of whom, and whether as ours."""

from __future__ import annotations

import pytest

from webcare.domain.checks import CheckedDraft, GivenFact, check
from webcare.domain.checks.phrases import pattern


def names(text: str, **more: object) -> set[str]:
    return {one.name for one in check(CheckedDraft(text, **more)) if one.severity == "block"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Your wheelchair waits at the door of the plane.",
        "The parrot rides with you in the front carriage.",
        "De rolstoel staat bij de deur van het vliegtuig.",
        "Op zondag rijden er gewoon bussen.",
    ],
)
def test_a_statement_about_things_needs_a_fact(text: str) -> None:
    assert names(text) == {"unbacked_promise"}


@pytest.mark.parametrize(
    "text",
    [
        "My screen is slow, give me a second.",
        "Do keep the label, and pick a safe place for it.",
        "Four hours on a bench with a toddler, that sounds awful.",
        "I'm at this desk until tonight.",
        "Your uncle says it would be over at five.",
        "I'll make sure your letter reaches the right people.",
        "Mijn scherm is traag, een tel.",
        "Vier uur op een bankje met een peuter, wat een gedoe.",
        "Ik zorg dat je brief bij de goede mensen komt.",
    ],
)
def test_talk_needs_none(text: str) -> None:
    assert names(text) == set()


def test_a_secret_may_be_asked_for_in_the_next_sentence() -> None:
    assert names("Did the login code arrive? Type it in here.") == {"secrets_requested"}
    assert names("Did the login code arrive? Keep it to yourself.") == set()
    assert names("Share your password with nobody, not even with us.") == set()


def test_a_sentence_may_tell_a_retracted_fact_in_two_pieces() -> None:
    fact = GivenFact("cause", ("A flood in Almere caused the outage.",), "retracted")
    assert names("It was a flood, in Almere.", facts=(fact,)) == {"retracted_fact"}


def test_a_code_that_a_fact_makes_public_is_no_personal_data() -> None:
    fact = GivenFact("batch", ("The recall is about batch 77B3KX.",))
    assert names("Hi Karin, is it batch 77B3KX?", is_public=True, facts=(fact,)) == set()
    assert names("Hi Karin, is it batch 77B3KX?", is_public=True) == {"personal_data_public"}


def test_phrases_are_found_whatever_letter_their_brackets_begin_with() -> None:
    found = pattern(["(very )?late", "(not|\\w+n't) here", "^(so|and) on"])
    for each in ("very late", "late", "isn't here", "so on"):
        assert found.search(each)
    assert found.search("it so on") is None


@pytest.mark.parametrize(
    "text",
    [
        "Nothing has been established yet.",
        "If we'd heard it, we'd have told you.",
        "The same goes for your password.",
        "A screenshot works too.",
        "De laatste twee cijfers mag u weglaten.",
        "Niks betalen en je pas niet weggeven.",
        "De drie uur van vanochtend kunt u vergeten.",
        "If you send the number, I'll open your file.",
        'You say somebody promised "full refund in 2 days".',
    ],
)
def test_what_is_unsaid_cited_or_about_this_conversation_needs_no_fact(text: str) -> None:
    assert names(text) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Could've been the frost, who can say.", "speculation_on_cause"),
        ("Alles wijst erop dat een monteur een fout maakte.", "speculation_on_cause"),
        ("Your claim falls outside the Regulation.", "legal_conclusion"),
        ("De wet geeft u hierin geen gelijk.", "legal_conclusion"),
        ("Dear $firstname, thanks.", "unfilled_placeholder"),
        ("Expect your money before lunch.", "unbacked_promise"),
        ("Rebooking is on the house.", "unbacked_promise"),
    ],
)
def test_other_words_for_the_same_are_found(text: str, name: str) -> None:
    assert name in names(text)


def test_a_fact_that_shares_a_word_backs_nothing_more() -> None:
    fact = GivenFact("shuttle", ("The shuttle leaves from platform two.",))
    for text in ("The parrot rides with you in the front carriage.", "All shuttles have room for bikes."):
        found = check(CheckedDraft(text, facts=(fact,)))
        assert [(one.name, one.severity) for one in found] == [("unbacked_promise", "block")], text
    assert check(CheckedDraft("You find the shuttle at platform two.", facts=(fact,))) == ()


def test_a_sigh_before_a_name_greets() -> None:
    assert names("Oh Bella, what a mess.", contact_name="Tom Sand") == {"wrong_recipient_name"}
    assert names("Oh dear, what a mess.", contact_name="Tom Sand") == set()
    assert names("Hi Josje, thanks.", contact_name="Josephine Vos") == set()
