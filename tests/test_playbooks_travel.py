"""Promises of the playbooks for IT outages, severe weather and strikes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.domain.triage.examples import RECEIVED
from webcare import playbooks
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import ALERT_VALUES, PLACEHOLDERS, FactSpec, Playbook, ReplyTemplate
from webcare.domain.playbook.rehearsal import Rehearsal, starting_facts
from webcare.domain.playbook.wording import names, parse
from webcare.domain.replies import Ground, problems, render
from webcare.domain.triage import Text, assess
from webcare.domain.triage.cues import CueSet

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
SHIPPED = playbooks.shipped()
LANGUAGES = ("en", "nl")
LONGEST_LEAD = 27

_STRIKE = {
    *("strike.notice", "strike.rebook.free", "strike.refund", "strike.care", "strike.neutral"),
    *("strike.crew.thanks", "strike.update.talks", "strike.correction"),
}
REPLIES = {
    "it-outage": {
        *("it.ack", "it.workaround", "it.noeta", "it.checkin.manual", "it.payment.double", "it.rebook"),
        *("it.hacked", "it.vendor", "it.restored", "it.apology", "it.correction"),
    },
    "severe-weather": {
        *("wx.forecast", "wx.dontcome", "wx.status", "wx.tonight", "wx.selfbook", "wx.rebook", "wx.train"),
        *("wx.bags", "wx.families", "wx.list.tomorrow", "wx.apology.prep", "wx.correction"),
    },
    "strike": _STRIKE,
    "strike-third-party": {*_STRIKE, "strike.comp.third"},
    "strike-own-staff": {*_STRIKE, "strike.comp.own"},
}
FACTS = {
    "it-outage": {
        *("affected_systems", "workaround", "start_time", "eta", "airport_advice", "rebooking_open"),
        *("data_at_risk", "vendor_statement", "flights_affected", "next_update_at"),
    },
    "severe-weather": {
        *(
            "forecast",
            "runway_status",
            "cancelled_until",
            "airport_advice",
            "road_rail_advice",
            "hotels_mode",
        ),
        *("camp_beds", "reopen_estimate", "next_list_at", "care_claim_url", "next_update_at"),
    },
    "strike": {
        *(
            "strike_dates",
            "parties",
            "flights_flying",
            "flights_cancelled",
            "free_rebook_window",
            "care_mode",
        ),
        *("compensation_position", "talks_status", "minimum_service", "next_update_at"),
    },
}
ALERTS = {
    "it-outage": {"eta.changed", "workaround.missing", "second_wave.detected", "own_tool.degraded"},
    "severe-weather": {"reopen.slipped", "hall.overnight", "care.capacity.low", "list.tomorrow.missing"},
    "strike": {"talks.result", "cancellation.list.published", "wave.next_day", "moderation.flood"},
}
PHASES = {"it-outage": "second-wave", "severe-weather": "forecast", "strike": "notice"}
VARIANTS = ("strike-third-party", "strike-own-staff")
for _variant in VARIANTS:
    for _of in (FACTS, ALERTS):
        _of[_variant] = _of["strike"]
    PHASES[_variant] = PHASES["strike"]

SLUGS = tuple(REPLIES)
# The phrases of rule R13 and the list of what to avoid; `u` and `uw` because the house style is informal.
BANNED = re.compile(
    r"\binconvenience|ongemak|as soon as possible|zo spoedig mogelijk|beyond our control"
    r"|buiten onze (?:macht|schuld)|be patient|geduld|rest assured|wees gerust|\bwe regret|betreuren"
    r"|if anyone|those who feel|mistakes were made|not entitled|geen recht op|no comment|geen commentaar"
    r"|everyone is safe|iedereen is veilig|\bglitch|small number|klein aantal|unfortunately|helaas"
    r"|\bu\b|\buw\b",
    re.IGNORECASE,
)
FILLING = {"flight": "ZZ405", "city": "Oslo", "name": "Sanne", "time": "15:30"}


def own(playbook: Playbook) -> Iterator[ReplyTemplate]:
    """Yield the replies that a playbook brings itself."""
    return (each for each in playbook.replies if not each.key.startswith("base."))


def rehearsed(slug: str) -> Rehearsal:
    """Return the rehearsal of a playbook."""
    rehearsal = playbooks.rehearsal(slug, SHIPPED)
    assert rehearsal is not None
    return rehearsal


def started(playbook: Playbook) -> dict[str, FactVersion]:
    """Return the facts that are on the desk when a rehearsal of the playbook starts."""
    specs: Mapping[str, FactSpec] = {each.key: each for each in playbook.facts}
    return {each.key: each for each in starting_facts(rehearsed(playbook.slug), specs, NOW)}


def values() -> dict[str, str]:
    """Return words for every placeholder; a condition is on."""
    return {name: "yes" if each.is_condition else "Sam" for name, each in PLACEHOLDERS.items()}


@pytest.mark.parametrize("slug", SLUGS)
def test_it_is_in_order_and_names_what_the_domain_asks_for(slug: str) -> None:
    assert [str(problem) for problem in playbooks.problems(SHIPPED / slug)] == []
    playbook = playbooks.load(slug, SHIPPED)
    assert {each.key for each in playbook.replies} >= REPLIES[slug]
    assert {each.key for each in playbook.facts} >= FACTS[slug]
    assert {each.key for each in playbook.alerts} >= ALERTS[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_its_own_phase_says_when_it_begins_and_ends(slug: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    phase = playbook.phase(PHASES[slug])
    assert phase is not None
    assert len(phase.exit_criteria) >= 2
    assert {"respond", "stabilise", "recover", "tail"} <= {each.key for each in playbook.phases}


@pytest.mark.parametrize("slug", SLUGS)
def test_it_extends_what_the_base_asks_of_everybody(slug: str) -> None:
    playbook, base = (playbooks.load(each, SHIPPED) for each in (slug, "base"))
    for part in ("roles", "checklist", "facts", "alerts", "stand_down", "after_action", "risks", "triggers"):
        whole, general = ({each.key for each in getattr(of, part)} for of in (playbook, base))
        assert whole > general, part


@pytest.mark.parametrize("slug", SLUGS)
def test_every_role_it_adds_has_a_deputy(slug: str) -> None:
    general = {each.key for each in playbooks.load("base", SHIPPED).roles}
    for role in playbooks.load(slug, SHIPPED).roles:
        if role.key not in general:
            assert "deputy" in role.does.en.lower(), role.key
            assert "vervanger" in role.does.nl.lower(), role.key


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_marked_approved_and_rights_are_locked(slug: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    assert not any(each.approved for each in playbook.replies)
    assert not any(each.approved for each in playbook.snippets)
    assert all(each.locked and each.owner in {"legal", "labour_relations"} for each in playbook.snippets)
    locked = {"it.hacked", "strike.neutral"}
    assert all(each.locked for each in playbook.replies if ".comp." in each.key or each.key in locked)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_reply_is_whole_with_the_facts_of_its_rehearsal(slug: str, language: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    facts = started(playbook)
    for reply in own(playbook):
        assert problems(reply, facts, NOW) == ()
        rendered = render(reply, language, Ground.of(playbook, facts, NOW), values())
        assert (rendered.unfilled, rendered.notices) == ((), ()), reply.key
        left = re.search(r"[{}]| [.,;:]|\.\.| {2}|\?\.|: [.?]", rendered.text)
        assert not left, f"{reply.key}: {rendered.text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_fact_that_nobody_knows_renders_an_honest_sentence(slug: str, language: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    known, specs = started(playbook), {each.key: each for each in playbook.facts}
    for reply in own(playbook):
        for key in reply.branches_on_unknown:
            facts = known | {key: replace(known[key], status="unknown", values={})}
            assert problems(reply, facts, NOW) == ()
            rendered = render(reply, language, Ground.of(playbook, facts, NOW), values())
            sentence = specs[key].if_unknown
            assert sentence is not None
            assert rendered.unfilled == ()
            assert sentence.of(language).split("{")[0] in rendered.text, f"{reply.key}: {rendered.text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_text_opens_short_and_says_nothing_empty(slug: str, language: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    ground = Ground.of(playbook, started(playbook), NOW)
    for reply in own(playbook):
        empty = BANNED.search(reply.texts.of(language))
        assert not empty, f"{reply.key}: {empty}"
        lead = re.split(r"[.?!](?:\s|$)", render(reply, language, ground, values()).text)[0]
        assert len(lead.split()) <= LONGEST_LEAD, f"{reply.key}: {lead}"


@pytest.mark.parametrize("slug", SLUGS)
def test_an_answer_to_one_person_is_signed(slug: str) -> None:
    for reply in playbooks.load(slug, SHIPPED).replies:
        for text in reply.texts.root.values():
            greets = {"name", "initials"} & set(names(parse(text)))
            assert not greets or text.endswith("^{initials}"), reply.key


@pytest.mark.parametrize("slug", SLUGS)
def test_no_snippet_fact_or_locked_sentence_says_something_empty(slug: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    texts = [each.texts for each in playbook.snippets]
    texts += [each.if_unknown for each in playbook.facts if each.if_unknown is not None]
    for text in texts:
        assert not any(BANNED.search(words) for words in text.root.values()), text


@pytest.mark.parametrize(
    ("slug", "key"),
    [("it-outage", "it.refund"), ("severe-weather", "wx.refund"), ("strike", "strike.refund")],
)
@pytest.mark.parametrize(
    ("language", "ends", "choice"), [("en", "ends", "What do"), ("nl", "stopt", "Wat kies")]
)
def test_the_consequence_of_a_refund_stands_before_the_choice(
    slug: str, key: str, language: str, ends: str, choice: str
) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    reply = playbook.reply(key)
    assert reply is not None
    text = render(reply, language, Ground.of(playbook, {}, NOW), {"mid_journey": "yes"}).text
    assert 0 < text.index(ends) < text.index("{refund_policy}") < text.index(choice)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_alert_goes_to_a_channel_with_words_that_the_desk_can_fill(slug: str) -> None:
    for alert in playbooks.load(slug, SHIPPED).alerts:
        assert alert.slack_channel in {"crisis", "duty", "urgent", "facts", "volunteers", "security", "press"}
        assert (alert.repeat_minutes is None) or alert.repeat_until or alert.key == "next_update.due", (
            alert.key
        )
        for pattern in alert.pattern.root.values():
            assert set(names(parse(pattern))) <= set(ALERT_VALUES)


@pytest.mark.parametrize("slug", SLUGS)
def test_its_rehearsal_is_written_in_two_languages_and_triage_understands_it(slug: str) -> None:
    rehearsal = rehearsed(slug)
    rules = CueSet.model_validate(playbooks.load(slug, SHIPPED).cues)
    read = [(each, assess(Text(each.text.format(**FILLING), RECEIVED), rules)) for each in rehearsal.messages]
    assert len(read) >= 60
    assert {each.lang for each, _ in read} == set(LANGUAGES)
    assert all(re.fullmatch(r"ZZ\d{3}", flight) for flight in rehearsal.flights)
    assert sum(one.is_unsure for _, one in read) / len(read) <= 0.05
    assert sum(each.intent in one.intents for each, one in read) / len(read) >= 0.9
    assert all(one.level.name == "U0" for each, one in read if each.intent == "safety_threat")
    medical = [one.level.name for each, one in read if each.intent in {"medical", "unaccompanied_minor"}]
    assert medical
    assert set(medical) <= {"U0", "U1"}


URGENCY = [
    ("it-outage", "We're in the queue, the kiosks don't work and our flight leaves in 2 hours.", "U2"),
    ("it-outage", "We staan in de rij, de zuilen doen het niet en we vertrekken over 2 uur.", "U2"),
    ("it-outage", "You charged me twice for ZZ405.", "U3"),
    ("it-outage", "Zijn jullie gehackt? Zijn mijn gegevens veilig?", "U2"),
    ("it-outage", "The app doesn't show my trip of next month.", "U3"),
    ("it-outage", "De app toont mij de boeking van iemand anders.", "U2"),
    ("severe-weather", "We're in the car now, two hours drive. Is ZZ405 going in this snow?", "U2"),
    ("severe-weather", "We zitten nu in de auto, twee uur rijden naar het vliegveld. Gaat ZZ405?", "U2"),
    ("severe-weather", "We can't leave the transit area tonight and my mother is ill.", "U1"),
    ("severe-weather", "Wanneer komt de lijst van morgen?", "U3"),
    ("strike", "I fly tomorrow at 09:00, in the middle of the strike.", "U2"),
    ("strike", "We vliegen overmorgen, midden in de staking. Gaat dat wel door?", "U2"),
    ("strike", "Is there a strike in June when we fly?", "U3"),
    ("strike-own-staff", "Jullie piloten staken volgende maand, wat doen jullie dan?", "U3"),
]


@pytest.mark.parametrize(("slug", "text", "level"), URGENCY)
def test_its_words_reach_the_level_that_the_domain_asks_for(slug: str, text: str, level: str) -> None:
    rules = CueSet.model_validate(playbooks.load(slug, SHIPPED).cues)
    assessment = assess(Text(text, RECEIVED), rules)
    assert (assessment.level.name, assessment.is_unsure) == (level, False), assessment.reasons
