"""Ordinary talk ends at U3 with an intent, so that the lane of people stays for what needs them."""

from __future__ import annotations

import pytest
import yaml

from tests.domain.triage.conftest import PLAYBOOKS
from tests.domain.triage.examples import RECEIVED
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet

ORDINARY = [
    ("Weten jullie al of ZZ405 naar Oslo vandaag gaat?", "status_info"),
    ("Hoe laat horen we of er morgen gevlogen wordt?", "status_info"),
    ("Is changing ZZ405 free, and how often may I change it?", "rebook"),
    ("Krijg ik ook de stoelen en de koffers terug, of alleen het ticket?", "refund"),
    ("Is there a page that you keep up to date?", "status_info"),
    ("ff een vraagje, is zz233 al geland?", "status_info"),
    ("Wieviel kostet ein zweiter Koffer?", "baggage"),
    ("Pourquoi mon abonnement a augmenté ?", "question"),
    ("¿Dónde veo mi número de cliente?", "question"),
    ("How do I see my meter readings in the app?", "question"),
    ("Ik kan niet inloggen op de app", "question"),
]
UNCLEAR = [
    "It is the same again as what we spoke of.",
    "Where can I plug in the suction pump of my daughter?",
    "My uncle walks around your shop and he seems to be in danger, which door is open?",
    "Wat kost een kaartje? Mijn buurman wordt bedreigd.",
]
THREATS = [
    "If ZZ405 is cancelled again I will hurt somebody at your desk.",
    "Als ZZ405 weer niet gaat, dan doe ik iemand aan de balie wat aan.",
    "I swear I'll smash the face of the next agent",
    "Ich komme vorbei und schlage den Mitarbeiter zusammen",
    "Je vais frapper votre employé au guichet",
    "Voy a pegar a alguien en vuestro mostrador",
]
IDIOMS = [
    "I could kill for a seat on that flight, any news?",
    "I will hit refresh until you answer about my bill.",
    "Ik ga jullie in de app opslaan, kan dat met mijn account?",
    "If I don't get an answer I will kill your reputation, you clowns.",
    "Ik pak de koffer morgen op bij jullie balie, kan dat?",
]


@pytest.mark.parametrize(("text", "intent"), ORDINARY)
def test_an_ordinary_question_is_understood(text: str, intent: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert (found.level.name, found.is_unsure) == ("U3", False), found.reasons
    assert intent in found.intents


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_is_unclear_or_makes_us_wary_goes_up(text: str, rules: CueSet) -> None:
    assert assess(Text(text, RECEIVED), rules).level.name in {"U0", "U1", "U2"}


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_in_the_first_person_is_a_matter_of_safety(text: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert (found.level.name, found.intents[0]) == ("U0", "safety_threat")


@pytest.mark.parametrize("text", IDIOMS)
def test_violent_idioms_are_ordinary(text: str, rules: CueSet) -> None:
    found = assess(Text(text, RECEIVED), rules)
    assert found.level.name == "U3", found.reasons


def test_few_messages_of_a_rehearsal_need_a_person_to_read_them(rules: CueSet) -> None:
    written = (PLAYBOOKS / "volcanic-ash" / "rehearsal.yaml").read_bytes()
    lines = yaml.load(written, Loader=yaml.CSafeLoader)["messages"]
    filling = {"flight": "ZZ405", "city": "Oslo", "name": "Sanne", "time": "15:30"}
    found = [(one["intent"], assess(Text(one["text"].format(**filling), RECEIVED), rules)) for one in lines]
    assert sum(one.is_unsure for _, one in found) / len(found) <= 0.05
    assert sum(intent in one.intents for intent, one in found) / len(found) >= 0.9
