"""What is negated, past, imagined or solved is not urgent; what only looks so still is."""

from __future__ import annotations

import pytest

from tests.domain.triage.examples import RECEIVED
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet

CALM = [
    "No medicine needed, thanks, we only want seats together.",
    "I no longer need a wheelchair on ZZ482.",
    "Last year my wheelchair was lost, nobody helped me for hours.",
    "What if my insulin runs out during a trip?",
    "Ik heb geen rolstoel meer nodig op ZZ482.",
    "Stel dat mijn medicijnen op zijn, wat dan?",
    "Ich brauche keinen Rollstuhl mehr.",
    "Je n'ai plus besoin du fauteuil roulant.",
    "Ya no necesito la silla de ruedas.",
    "That crew was the bomb, and the wait nearly killed my phone.",
    "My Visa card was charged twice for the refund.",
    "Blind luck that we got seats on another flight.",
]
URGENT = [
    "No medicine left since this morning.",
    "We have no oxygen for my father.",
    "Geen insuline meer en we zitten vast.",
    "Mir geht die Insulin aus, keine mehr da.",
    "Hotel is solved, thank you. But my insulin is in the bag you took.",
    "My medication ran out two days ago and I am stuck.",
]


@pytest.mark.parametrize("text", CALM)
def test_context_takes_the_urgency_away(text: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert found.level.name in {"U3", "U4"}, found.reasons


@pytest.mark.parametrize("text", URGENT)
def test_context_takes_nothing_from_a_real_need(text: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert found.level.name in {"U0", "U1"}, found.reasons


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("My visa expires tomorrow.", "U1"),
        ("My visa expires on Thursday.", "U2"),
        ("The funeral is tomorrow at two.", "U1"),
        ("The exam is on Wednesday afternoon.", "U2"),
        ("My flight is tomorrow at 07:15 and I have no seat.", "U2"),
        ("My flight is on 30 April, I want another one.", "U3"),
        ("We have no hotel for tonight.", "U2"),
        ("We have no hotel for tonight, with a baby.", "U1"),
    ],
)
def test_the_deadline_decides(text: str, level: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert found.level.name == level, found.reasons
