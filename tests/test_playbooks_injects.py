"""Every shipped playbook can be rehearsed with the four kinds of injects, which triage understands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webcare import playbooks
from webcare.domain.lanes import lane_of
from webcare.domain.playbook.injects import Inject
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.domain.triage import assess
from webcare.domain.triage.assessment import Assessment, Text
from webcare.queries import cue_sets

SHIPPED = playbooks.shipped()
RECEIVED = datetime(2026, 4, 15, 14, tzinfo=UTC)
INTENTS = {"rumour": "rumour", "leak": "privacy_exposed", "threat": "safety_threat"}


def played(slug: str) -> Rehearsal:
    found = playbooks.rehearsal(slug, SHIPPED)
    assert found is not None
    return found


def judged(slug: str, inject: Inject) -> list[Assessment]:
    """Return how triage reads every message of an inject under its own playbook."""
    cues = cue_sets.together((playbooks.load(slug, SHIPPED),))
    filling = {slot: values[0] for slot, values in played(slug).fillings.items()}
    return [
        assess(Text(each.text.format(**filling), RECEIVED, each.lang, "", is_public=True), cues)
        for each in inject.messages
    ]


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_every_playbook_has_the_four_kinds_and_facts_that_it_knows(slug: str) -> None:
    book, injects = playbooks.load(slug, SHIPPED), played(slug).injects
    assert {each.kind for each in injects} == {"rumour", "wrong_fact", "leak", "threat"}
    for each in injects:
        assert all(book.fact(key) for key in (*each.met.facts, each.fact) if key)


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_triage_sees_what_each_inject_is(slug: str) -> None:
    for inject in played(slug).injects:
        for found in judged(slug, inject):
            assert INTENTS[inject.kind] in found.intents
            assert lane_of(found.intents) == ("duty" if inject.kind == "threat" else "queue")
            assert inject.kind != "threat" or found.level == 0


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_every_rehearsal_speaks_both_languages_about_every_intent(slug: str) -> None:
    lines = played(slug).messages
    for intent in played(slug).weights:
        assert {each.lang for each in lines if each.intent == intent} >= {"en", "nl"}, intent
