"""A playbook makes the checks stricter: what only warns elsewhere blocks, and some words nobody says."""

from __future__ import annotations

import pytest

from webcare import playbooks
from webcare.domain import house_words
from webcare.domain.checks import CheckedDraft, Finding, check
from webcare.domain.playbook import Playbook

SHIPPED = playbooks.shipped()
EMPTY = "We apologise for any inconvenience."


def found(text: str, language: str | None, *slugs: str) -> tuple[Finding, ...]:
    draft = CheckedDraft(text, language)
    return house_words.applied(draft, check(draft), tuple(playbooks.load(each, SHIPPED) for each in slugs))


def named(text: str, language: str | None, *slugs: str) -> set[tuple[str, str]]:
    return {(each.name, each.severity) for each in found(text, language, *slugs)}


def test_an_empty_apology_warns_on_quiet_days_and_blocks_in_a_data_breach() -> None:
    assert ("empty_apology", "warn") in named(EMPTY, "en", "base")
    assert ("empty_apology", "block") in named(EMPTY, "en", "data-breach")
    assert ("empty_apology", "block") in named("Wij betreuren het ongemak.", "nl", "base", "data-breach")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This is a voluntary recall of batch 12.", "en"),
        ("We call it back as a PRECAUTIONARY measure.", "en"),
        ("In rare\ncases the battery gets hot.", "en"),
        ("Het is een vrijwillige terugroepactie.", "nl"),
        ("Uit voorzorg halen we hem terug.", "nl"),
        ("Het gaat om een geïsoleerd geval.", None),
    ],
)
def test_words_that_shrink_the_danger_block_in_a_recall_only(text: str, language: str | None) -> None:
    assert ("tone", "block") in named(text, language, "product-recall")
    assert ("tone", "block") not in named(text, language, "base")


def test_a_word_is_forbidden_in_its_own_language() -> None:
    text = "Hoor je rare geluiden? Stop dan met fietsen."
    assert ("tone", "block") not in named(text, "nl", "product-recall")


def test_one_click_puts_the_right_words_there() -> None:
    text = "Voluntary recall of batch 12."
    first = next(each for each in found(text, "en", "product-recall") if each.name == "tone")
    assert first.mend is not None
    mended = text[: first.mend.start] + first.mend.words + text[first.mend.end :]
    assert mended == "Recall of batch 12."
    dutch = next(each for each in found("Iedereen is veilig.", "nl", "safety-incident") if each.mend)
    assert dutch.mend is not None
    assert dutch.mend.words == "We gaan de feiten na"
    assert "vrijgegeven" in dutch.sentence


def test_the_strictest_of_two_playbooks_counts_once() -> None:
    recall = playbooks.load("product-recall", SHIPPED)
    milder = recall.model_copy(
        update={"words": tuple(each.model_copy(update={"severity": "warn"}) for each in recall.words)}
    )
    draft = CheckedDraft("This is an isolated incident.", "en")
    both: tuple[tuple[Playbook, ...], ...] = ((recall, milder), (milder, recall))
    for books in both:
        said = [each for each in house_words.applied(draft, (), books) if each.name == "tone"]
        assert [each.severity for each in said] == ["block"]
    assert [each.severity for each in house_words.applied(draft, (), (milder,))] == ["warn"]
