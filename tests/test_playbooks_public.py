"""Promises of the playbooks for safety incidents, data breaches, outages of services and product recalls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from webcare import playbooks
from webcare.domain.facts import FactStatus, FactVersion
from webcare.domain.playbook import PLACEHOLDERS, FactSpec, Playbook, ReplyTemplate
from webcare.domain.playbook.rehearsal import Rehearsal, starting_facts
from webcare.domain.replies import Ground, problems, render
from webcare.domain.triage import CueSet, Text, assess

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
SHIPPED = playbooks.shipped()
SAFETY, BREACH, RECALL = "safety-incident", "data-breach", "product-recall"
ENERGY, TELECOM = "service-outage-energy", "service-outage-telecom"
REPLIES = {
    SAFETY: ("safe", "ack family onboard press airport statement"),
    BREACH: (
        "breach",
        "holding ami what do fake sorry notknown victimrisk authority compensation correction",
    ),
    ENERGY: ("eng", "ack gas device estimate noeta warmplace restored comp meter wrongparty correction"),
    TELECOM: ("tel", "ack emergency workaround carealarm noeta restored comp hack correction"),
    RECALL: ("rec", "notice mine injury return refund noproof second retailer"),
}
PHASES = {
    SAFETY: "possible confirmed family-first investigation tail",
    BREACH: "assess notify support tail",
    ENERGY: "watch respond stabilise recover tail",
    TELECOM: "watch respond stabilise recover tail",
    RECALL: "stop-use reach return-repair tail",
}
ALERTS = {
    SAFETY: "hold.engaged family.message graphic.content statement.released outbound.attempted",
    BREACH: "clock.72h scope.changed phish.wave agent.access.review",
    ENERGY: "gas.smell device.without_power restore.slipped cold.cluster",
    TELECOM: "emergency.unreachable workaround.found restore.slipped care_alarm.cluster",
    RECALL: "injury.report unknown_batch.cluster reach.below_target resale.seen",
}
EMPTY = re.compile(
    r"any inconvenience|ongemak|as soon as possible|zo spoedig mogelijk|beyond our control|buiten onze macht"
    r"|be patient|geduld|rest assured|wees gerust|regret|betreur|not entitled|geen recht op|no comment"
    r"|geen commentaar|everyone is safe|iedereen is veilig|(?:were|was) hurt|mistakes were made|glitch"
    r"|small number|klein aantal",
    re.IGNORECASE,
)
SHRINKING = re.compile(
    r"voluntar|precaution|\brare|isolated|some cases|in principle|unlikely|vrijwillig|voorzorg"
    r"|zeldzaam|zelden|op zichzelf staand|geïsoleerd|incidenteel"
    r"|(?:sommige|enkele|bepaalde) gevallen|onwaarschijnlijk",
    re.IGNORECASE,
)
LEFTOVERS = re.compile(r"[{}]| [.,;:?]|[.,;:]{2}| {2}|\?\.|\? [a-z]")
every = pytest.mark.parametrize("slug", REPLIES)


@cache
def loaded(slug: str) -> Playbook:
    """Return a playbook that ships."""
    return playbooks.load(slug, SHIPPED)


@cache
def rules(slug: str) -> CueSet:
    """Return the words by which triage reads while this playbook is in force."""
    return CueSet.model_validate(loaded(slug).cues)


def rehearsal(slug: str) -> Rehearsal:
    """Return the rehearsal of a playbook."""
    found = playbooks.rehearsal(slug, SHIPPED)
    assert found is not None
    return found


def own(slug: str) -> list[ReplyTemplate]:
    """Return the replies that a playbook brings itself."""
    return [each for each in loaded(slug).replies if each.key.startswith(f"{REPLIES[slug][0]}.")]


def known(spec: FactSpec, status: FactStatus = "confirmed") -> FactVersion:
    """Return a fact that two people verified just now, or that was declared unknown."""
    words = {"en": "as it was verified", "nl": "zoals het is nagekeken"}
    until = NOW + timedelta(minutes=spec.ttl_minutes)
    of_desk = (spec.key, 1, words, status, "test", spec.owner, spec.kind)
    return FactVersion(*of_desk, verified_by=("mv", "kd"), verified_at=NOW, valid_until=until)


def filled(slug: str, reply: ReplyTemplate, facts: Mapping[str, FactVersion]) -> Iterator[str]:
    """Yield a reply in English and Dutch, placeholders given; fail when a brace or hole is left."""
    values = {name: "yes" if each.is_condition else "Sanne" for name, each in PLACEHOLDERS.items()}
    for language in ("en", "nl"):
        rendered = render(reply, language, Ground.of(loaded(slug), facts, NOW), values)
        assert (rendered.unfilled, rendered.notices) == ((), ()), reply.key
        assert not LEFTOVERS.search(rendered.text), f"{reply.key}: {rendered.text}"
        yield rendered.text


def spoken(slug: str) -> Iterator[tuple[str, str]]:
    """Yield all that a contact could read, by key: replies, snippets and honest sentences."""
    playbook = loaded(slug)
    texts = [(each.key, each.texts) for each in playbook.replies]
    texts += [(each.key, each.texts) for each in playbook.snippets]
    texts += [(each.key, each.if_unknown) for each in playbook.facts if each.if_unknown]
    for key, text in texts:
        yield from ((key, words) for words in text.root.values())


@every
def test_the_playbook_is_in_order_and_holds_what_was_specified(slug: str) -> None:
    assert [str(each) for each in playbooks.problems(SHIPPED / slug)] == []
    playbook, (prefix, names) = loaded(slug), REPLIES[slug]
    assert {each.key for each in own(slug)} == {f"{prefix}.{name}" for name in names.split()}
    assert [each.key for each in playbook.phases] == PHASES[slug].split()
    assert set(ALERTS[slug].split()) < {each.key for each in playbook.alerts}
    assert {each.key for each in playbook.severities} == {"1", "2", "3"}
    assert {each.phase for each in playbook.triggers} <= {each.key for each in playbook.phases}


@every
def test_roles_have_deputies_and_the_first_hour_has_its_moments(slug: str) -> None:
    playbook = loaded(slug)
    step = {each.key: each.title for each in playbook.checklist}["fill_roles"]
    assert "deputy" in step.en
    assert "vervanger" in step.nl
    assert any("deputy" in each.does.en.lower() for each in playbook.roles)
    assert {0, 5, 10, 15, 60} <= {each.offset_minutes for each in playbook.checklist}


@every
def test_every_reply_stands_in_two_languages_when_all_is_known(slug: str) -> None:
    facts = {each.key: known(each) for each in loaded(slug).facts}
    for reply in own(slug):
        assert problems(reply, facts, NOW) == ()
        assert len(set(filled(slug, reply, facts))) == 2


@every
def test_what_nobody_knows_renders_an_honest_sentence(slug: str) -> None:
    specs = {each.key: each for each in loaded(slug).facts}
    for reply in own(slug):
        unknown = {key: known(specs[key], "unknown") for key in reply.branches_on_unknown}
        facts = {key: known(each) for key, each in specs.items()} | unknown
        assert problems(reply, facts, NOW) == ()
        for language, text in zip(("en", "nl"), filled(slug, reply, facts), strict=True):
            for key in reply.branches_on_unknown:
                sentence = specs[key].if_unknown
                assert sentence is not None
                if f"{{{key}: " not in reply.texts.of(language):
                    assert sentence.of(language) in text, f"{reply.key} says nothing when {key} is unknown"


@every
def test_no_text_holds_a_phrase_that_people_are_sent_away_with(slug: str) -> None:
    for key, words in spoken(slug):
        assert not EMPTY.search(words), f"{key}: {EMPTY.search(words)}"


@every
def test_the_first_sentence_is_at_most_27_words(slug: str) -> None:
    started = starting_facts(rehearsal(slug), {each.key: each for each in loaded(slug).facts}, NOW)
    for reply in own(slug):
        for text in filled(slug, reply, {each.key: each for each in started}):
            lead = re.split(r"(?<=[.?!])\s", text)
            assert len(lead[0].split()) <= 27, f"{reply.key}: {lead[0]}"


@every
def test_samples_are_not_approved_and_rights_are_locked(slug: str) -> None:
    playbook = loaded(slug)
    assert not any(each.approved for each in playbook.replies)
    assert all(each.locked and not each.approved for each in playbook.snippets)
    lawyers = re.compile(r"\.(comp|compensation|gas|emergency|hack)$")
    assert all(each.locked for each in own(slug) if lawyers.search(each.key))


@every
def test_a_rehearsal_speaks_both_languages_and_every_reply_may_leave_it(slug: str) -> None:
    played = rehearsal(slug)
    specs = {each.key: each for each in loaded(slug).facts}
    facts = {each.key: each for each in starting_facts(played, specs, NOW)}
    assert len(facts) == len(played.facts), "a starting fact is no fact of this playbook"
    assert all(problems(reply, facts, NOW) == () for reply in own(slug))
    assert len(played.messages) >= 40
    for intent in played.weights:
        assert {each.lang for each in played.messages if each.intent == intent} == {"en", "nl"}
    numbers = re.findall(r"\b0\d{2}[ \d]{8,}", str(played.facts))
    assert {each[:10] for each in numbers} <= {"020 000 01"}


def test_a_safety_incident_lets_exactly_six_replies_leave() -> None:
    playbook = loaded(SAFETY)
    assert (playbook.reply_policy, playbook.tone) == ("allowlist-only", "formal-reticent")
    assert sorted(playbook.allowed_replies) == sorted(each.key for each in own(SAFETY))
    assert len(playbook.allowed_replies) == 6
    assert all(each.locked for each in own(SAFETY))


def test_a_safety_incident_has_no_place_for_casualties_causes_or_passengers() -> None:
    words = r"casualt|victim|death|dead|injur|wound|hurt|surviv|cause|why|passenger|list|name|number|count"
    facts = {each.key: each for each in loaded(SAFETY).facts}
    assert not [key for key in facts if re.search(words, key)]
    lasting = {"official_handles", "local_emergency"}
    released = [each for key, each in facts.items() if key not in lasting]
    assert {(each.ttl_minutes, each.owner) for each in released} == {(15, "crisis_director")}
    contacts = {each.key for each in released if each.kind == "contact"}
    assert contacts == {"family_line", "press_line", "official_statement_url"}


def test_a_safety_incident_is_reticent_and_speaks_of_nobody() -> None:
    loose = re.compile(r"!|\bje\b|\bjij\b|\bHi\b|\bHoi\b|{name}|{answer}|{options}|{flight}")
    for reply in own(SAFETY):
        for words in reply.texts.root.values():
            assert not loose.search(words), reply.key


def test_no_word_of_a_recall_shrinks_the_danger() -> None:
    for key, words in spoken(RECALL):
        assert not SHRINKING.search(words), f"{key}: {SHRINKING.search(words)}"
    for key in ("rec.notice", "rec.second"):
        reply = loaded(RECALL).reply(key)
        assert reply is not None
        assert all(words.lstrip().startswith("{recall.heading}") for words in reply.texts.root.values())
        assert "hazard" in reply.requires
        assert "hazard" not in reply.branches_on_unknown


def test_sorry_after_a_breach_owns_up_and_repairs() -> None:
    reply = loaded(BREACH).reply("breach.sorry")
    assert reply is not None
    for words, owned in (
        (reply.texts.en, "our responsibility"),
        (reply.texts.nl, "zijn wij verantwoordelijk"),
    ):
        said = " ".join(words.lower().split())
        assert all(part in said for part in ("sorry", owned, "{what_we_did}"))


def test_no_public_text_tells_whether_one_person_is_in_a_breach() -> None:
    asked = loaded(BREACH).reply("breach.ami")
    assert asked is not None
    assert not [key for key in (*asked.requires, *asked.optional) if key.startswith("data_fields")]


@pytest.mark.parametrize("key", ["breach.victimrisk", "eng.device", "rec.injury", "safe.family"])
def test_people_in_danger_are_answered_in_private(key: str) -> None:
    (reply,) = (each for slug in REPLIES for each in own(slug) if each.key == key)
    assert set(reply.channels) == {"dm", "email"}


LASTING = {
    BREACH: "data_fields.iban=status/1440 helpdesk_contact=contact/720 compensation_position=legal/10080",
    ENERGY: "affected_postcodes=status/15 restore_estimate=estimate/30 compensation_rule=legal/43200",
    TELECOM: "emergency_calls=status/5 affected_services.calls=status/15 care_alarm_advice=policy/120",
    RECALL: "return_route=contact/720 injury_contact=contact/720 remedies=legal/1440 stop_use=policy/1440",
}


@pytest.mark.parametrize("slug", LASTING)
def test_a_fact_holds_as_long_as_was_specified(slug: str) -> None:
    for key, kind_and_minutes in (each.split("=") for each in LASTING[slug].split()):
        fact = loaded(slug).fact(key)
        assert fact is not None
        assert f"{fact.kind}/{fact.ttl_minutes}" == kind_and_minutes


LEVELS = {
    (SAFETY, "U0"): "Mijn zus zat aan boord van ZZ123. Leeft ze nog?",
    (SAFETY, "U1"): "We were evacuated and I am still in the hall, nobody speaks to us.",
    (SAFETY, "U4"): "Our thoughts are with everyone.",
    (BREACH, "U1"): "Er verdwijnt geld van mijn rekening, nu. | A protected address, and now he knows it.",
    (BREACH, "U2"): "Somebody took out a loan in my name.",
    (BREACH, "U3"): "Zit ik erbij?",
    (ENERGY, "U0"): "It smells of gas in our stairwell. | De beademing van mijn vader heeft geen accu meer.",
    (ENERGY, "U1"): "My baby is cold, there is no heating and no power.",
    (TELECOM, "U0"): "Er is brand in de keuken en we kunnen niet bellen!",
    (TELECOM, "U1"): "Does the alarm button of my aunt work?",
    (TELECOM, "U2"): "Onze kassa werkt niet, geen verbinding.",
    (TELECOM, "U4"): "Will I be able to see the match?",
    (
        RECALL,
        "U1",
    ): "The charger caught my sleeve and burned my arm. | We use it in the nursery, next to the cot.",
    (RECALL, "U2"): "Gebruiken jullie hem zelf? Mag ik hem nog gebruiken?",
    (RECALL, "U3"): "I lost the receipt, can I return it?",
}


@pytest.mark.parametrize(("slug", "level"), LEVELS)
def test_the_words_of_the_crisis_are_read_as_urgently_as_they_are(slug: str, level: str) -> None:
    for text in LEVELS[slug, level].split(" | "):
        assert assess(Text(text, NOW), rules(slug)).level.name == level, text
