"""Promises of the two variants of a strike: what they share, and what only one of them may say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.triage.examples import RECEIVED
from webcare import playbooks
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.rehearsal import starting_facts
from webcare.domain.replies import problems
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
SHIPPED = playbooks.shipped()
LANGUAGES = ("en", "nl")
VARIANTS = ("strike-third-party", "strike-own-staff")


def started(playbook: Playbook) -> dict[str, FactVersion]:
    """Return the facts that are on the desk when a rehearsal of the playbook starts."""
    rehearsal = playbooks.rehearsal(playbook.slug, SHIPPED)
    assert rehearsal is not None
    specs = {each.key: each for each in playbook.facts}
    return {each.key: each for each in starting_facts(rehearsal, specs, NOW)}


def said(playbook: Playbook, language: str) -> str:
    """Return every reply and snippet of a playbook, one after the other."""
    texts = [*(each.texts for each in playbook.replies), *(each.texts for each in playbook.snippets)]
    return " ".join(each.of(language) for each in texts)


@pytest.mark.parametrize(
    ("language", "not_due", "due"),
    [("en", "usually does not apply", "can be due"), ("nl", "geldt meestal niet", "kan de vaste vergoeding")],
)
def test_what_a_strike_pays_differs_between_the_variants(language: str, not_due: str, due: str) -> None:
    third, own_staff, neither = (
        said(playbooks.load(slug, SHIPPED), language) for slug in (*VARIANTS, "strike")
    )
    assert [not_due in each for each in (third, own_staff, neither)] == [True, False, False]
    assert [due in each for each in (third, own_staff, neither)] == [False, True, False]


def test_a_locked_position_leaves_only_while_legal_confirms_it() -> None:
    for slug, key in (("strike-third-party", "strike.comp.third"), ("strike-own-staff", "strike.comp.own")):
        playbook = playbooks.load(slug, SHIPPED)
        reply, facts = playbook.reply(key), started(playbook)
        assert reply is not None
        open_now = replace(facts["compensation_position"], status="unknown", values={})
        assert problems(reply, facts | {"compensation_position": open_now}, NOW)
        assert playbook.reply("strike.comp.open") is None


def test_a_variant_keeps_everything_else_of_the_strike_it_extends() -> None:
    shared = playbooks.load("strike", SHIPPED)
    for slug in VARIANTS:
        variant = playbooks.load(slug, SHIPPED)
        gone = {each.key for each in shared.replies} - {each.key for each in variant.replies}
        assert gone == {"strike.comp.open"}
        assert [each.key for each in variant.phases] == [each.key for each in shared.phases]
        assert variant.cues == shared.cues


@pytest.mark.parametrize(
    "text", ["Those scabs, sack them all!", "Wat een werkschuw tuig, ontsla ze allemaal."]
)
def test_people_who_attack_each_other_over_a_strike_go_to_a_person(text: str) -> None:
    rules = CueSet.model_validate(playbooks.load("strike", SHIPPED).cues)
    assert "human_triage" in assess(Text(text, RECEIVED), rules).intents


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_strike_is_never_called_extraordinary(language: str) -> None:
    text = said(playbooks.load("strike-own-staff", SHIPPED), language)
    assert not re.search(r"extraordinary|overmacht|buitengewone|outside our company|buiten ons bedrijf", text)
