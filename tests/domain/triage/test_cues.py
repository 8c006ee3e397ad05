"""Rules as data: they read, they join, and what is wrong in them is named."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.domain.triage.conftest import cues_of
from tests.domain.triage.examples import RECEIVED
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet, merged

BASE = {
    "concepts": {"pump": {"words": {"en": "pump*, sump"}, "beware": {"en": ["pump up the volume"]}}},
    "intents": {"flood": {"base": "U2", "says": "flood", "cues": [{"all": ["pump"], "says": "a pump"}]}},
}


def test_every_playbook_of_rules_is_valid_alone_or_on_top_of_base() -> None:
    base = cues_of("base")
    CueSet.model_validate(base)
    CueSet.model_validate(merged(base, cues_of("volcanic-ash")))


def test_a_new_crisis_brings_its_own_words() -> None:
    extra = {
        "concepts": {"pump": {"words": {"en": ["sluice"], "nl": "gemaal"}}},
        "intents": {"flood": {"base": "U1", "cues": []}},
    }
    rules = CueSet.model_validate(merged(BASE, extra))
    assert rules.concepts["pump"].words == {"en": ("pump*", "sump", "sluice"), "nl": ("gemaal",)}
    assert assess(Text("The sluice at our street is broken", RECEIVED), rules).intents == ("flood",)
    assert BASE["intents"]["flood"]["base"] == "U2"  # type: ignore[index]


def test_an_idiom_does_not_count() -> None:
    rules = CueSet.model_validate(BASE)
    assert assess(Text("You should pump up the volume over there", RECEIVED), rules).intents == (
        "human_triage",
    )
    assert assess(Text("Pump up the volume, said he, as the pump broke", RECEIVED), rules).intents == (
        "flood",
    )


def test_a_name_that_does_not_exist_is_named() -> None:
    wrong = merged(BASE, {"intents": {"flood": {"cues": [{"all": ["dyke"], "says": "a dyke"}]}}})
    with pytest.raises(ValidationError, match="'dyke', which is not in concepts"):
        CueSet.model_validate(wrong)


def test_rules_are_frozen() -> None:
    with pytest.raises(ValidationError):
        CueSet.model_validate(BASE).zone = "UTC"  # type: ignore[misc]


PRECISE = {
    "concepts": {
        "ask": {"words": {"en": ["how"]}, "question_mark": True, "is_loose": True},
        "tariff": {"words": {"en": ["tariff*"]}, "is_loose": True},
        "danger": {"words": {"en": ["danger"]}},
        "move": {"words": {"en": ["moving house"]}},
        "thanks": {"words": {"en": ["thanks"]}},
    },
    "intents": {
        "question": {
            "base": "U3",
            "says": "question",
            "is_fallback": True,
            "cues": [{"all": ["tariff", "ask"], "unless_wary": True, "says": "asks"}],
        },
        "move": {"base": "U3", "says": "move", "cues": [{"all": ["move"], "says": "moves"}]},
        "thanks": {"base": "U4", "says": "thanks", "cues": [{"all": ["thanks"], "says": "thanks"}]},
    },
    "wary": ["danger"],
}


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("Which is the best tariff?", ("question",)),
        ("That is the best tariff.", ("human_triage",)),
        ("There is danger here, which is the best tariff?", ("human_triage",)),
        ("We are moving house, which is the best tariff?", ("move",)),
        ("Thanks. Which is the best tariff?", ("question", "thanks")),
        ("Thanks. The new tariff somehow looks very odd to everybody.", ("human_triage", "thanks")),
    ],
)
def test_a_general_reading_never_hides_a_need_or_a_precise_one(text: str, intents: tuple[str, ...]) -> None:
    assert assess(Text(text, RECEIVED), CueSet.model_validate(PRECISE)).intents == intents


def test_a_wary_name_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValidationError, match="wary names the concept 'dyke'"):
        CueSet.model_validate({**PRECISE, "wary": ["dyke"]})
