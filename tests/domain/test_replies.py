"""Promises of replies: no claim without a fact, honest words for the unknown, nothing read twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain.facts import FactVersion
from webcare.domain.playbook import FactSpec, ReplyTemplate, Snippet
from webcare.domain.playbook.wording import WordingError
from webcare.domain.replies import Ground, placeholders, problems, render

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
BOTH = {"en": "help", "nl": "hulp"}


def fact(key: str, **changes: Any) -> FactVersion:
    known = FactVersion(
        key=key,
        version=2,
        values={"en": f"{key} in English", "nl": f"{key} in het Nederlands"},
        status="confirmed",
        source="bulletin",
        owner="fact_keeper",
        kind="status",
        verified_by=("amina",),
        verified_at=NOW,
        valid_until=NOW + timedelta(minutes=30),
    )
    return replace(known, **changes)


def spec(key: str, unknown: str | None = None) -> FactSpec:
    told = {"en": unknown, "nl": f"nl {unknown}"} if unknown else None
    head = {"key": key, "kind": "status", "ttl_minutes": 30, "owner": "fact_keeper", "public": True}
    return FactSpec.model_validate({**head, "help": BOTH, "if_unknown": told})


def template(en: str, nl: str = "leeg", **lists: Any) -> ReplyTemplate:
    head = {"key": "x.y", "version": 1, "purpose": BOTH, "channels": ["dm"], "texts": {"en": en, "nl": nl}}
    return ReplyTemplate.model_validate({**head, **lists})


def ground(
    *facts: FactVersion, specs: tuple[FactSpec, ...] = (), snippets: tuple[Snippet, ...] = ()
) -> Ground:
    known = {each.key: each for each in (*specs, *(spec(each.key) for each in facts if not specs))}
    return Ground(known, {each.key: each for each in snippets}, {each.key: each for each in facts}, NOW)


def text(en: str, base: Ground, values: Mapping[str, str] | None = None, **lists: Any) -> str:
    return render(template(en, **lists), "en", base, values or {}).text


def test_a_reply_states_its_facts_and_remembers_their_versions() -> None:
    rendered = render(
        template("Now: {area}.", requires=["area", "hub"]), "en", ground(fact("area"), fact("hub")), {}
    )
    assert rendered.text == "Now: area in English."
    assert rendered.facts == {"area": 2, "hub": 2}, "a text may rest on a fact that it doesn't print"


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        (None, "missing", "ask the fact keeper"),
        (fact("area", valid_until=NOW - timedelta(hours=1)), "expired", "expired at 13:00 UTC on 15 April"),
        (fact("area", status="retracted"), "retracted", "use another reply"),
        (fact("area", kind="contact"), "unverified", "two different people"),
        (fact("area", verified_by=()), "unverified", "until when it holds"),
        (fact("area", status="unknown"), "unknown", "a reply that says so"),
    ],
)
def test_a_fact_that_cannot_be_stated_is_named_with_a_way_out(
    found: FactVersion | None, state: str, words: str
) -> None:
    (problem,) = problems(template("{area}", requires=["area"]), {"area": found} if found else {}, NOW)
    assert (problem.key, problem.state) == ("area", state)
    assert "'area'" in problem.sentence
    assert words in problem.sentence


def test_a_template_that_branches_on_the_unknown_may_leave() -> None:
    lists: dict[str, Any] = {"requires": ["area"], "branches_on_unknown": ["area"]}
    unknown = fact("area", status="unknown")
    assert problems(template("{area}", **lists), {"area": unknown}, NOW) == ()
    assert text("It is {area}.", ground(unknown, specs=(spec("area", "not clear yet"),)), **lists) == (
        "It is not clear yet."
    )


def test_an_unknown_estimate_is_told_honestly_and_never_leaves_a_brace() -> None:
    restart = spec("restart", "nobody knows{decision:; the next decision is at {decision}}")
    decision = spec("decision")
    lists: dict[str, Any] = {"optional": ["restart"]}
    without = ground(specs=(restart, decision))
    with_it = ground(fact("decision", values={"en": "16:00"}), specs=(restart, decision))
    assert text("When? {restart}.", without, **lists) == "When? nobody knows."
    assert text("When? {restart}.", with_it, **lists) == "When? nobody knows; the next decision is at 16:00."


def test_a_likely_fact_says_that_it_is_not_sure() -> None:
    likely = ground(fact("area", status="likely"))
    assert text("{area}.", likely, requires=["area"]) == "area in English (probably; not confirmed yet)."
    dutch = render(template("x", "{area}.", requires=["area"]), "nl", likely, {})
    assert dutch.text == "area in het Nederlands (waarschijnlijk; nog niet bevestigd)."


def test_what_an_agent_must_fill_in_is_named() -> None:
    rendered = render(template("Hi {name}, {answer} {answer}"), "en", ground(), {"name": "Eve"})
    assert rendered.text == "Hi Eve, {answer} {answer}"
    assert rendered.unfilled == ("answer",)


def test_a_branch_on_a_name_reads_well_with_and_without_it() -> None:
    assert text("Hi{name: {name}}, hello", ground(), {"name": "Eve"}) == "Hi Eve, hello"
    assert text("Hi{name: {name}}, hello", ground()) == "Hi, hello"


def test_mid_journey_is_a_question_to_the_agent() -> None:
    asked = template("Money{mid_journey: , plus a flight back}.")
    assert render(asked, "en", ground(), {"mid_journey": "yes"}).text == "Money, plus a flight back."
    assert render(asked, "en", ground(), {"mid_journey": "no"}).unfilled == ()
    assert render(asked, "en", ground(), {}).unfilled == ("mid_journey",)


def test_a_hand_over_is_only_claimed_when_it_stands_on_the_timeline() -> None:
    told = "Hello.{station_handover: I've asked {place}.} Bye"
    assert text(told, ground(), {"station_handover": "yes", "place": "them"}) == "Hello. I've asked them. Bye"
    assert render(template(told), "en", ground(), {}).unfilled == ()


def test_a_snippet_brings_its_facts_along() -> None:
    care = Snippet(
        key="rights.care", owner="legal", jurisdiction="EU261", texts={"en": "Go to {area}", "nl": "{area}"}
    )
    rendered = render(
        template("{rights.care}!", requires=["area"]), "en", ground(fact("area"), snippets=(care,)), {}
    )
    assert rendered.text == "Go to area in English!"


def test_a_missing_language_falls_back_to_english_and_says_so() -> None:
    rendered = render(template("Hello {area}", requires=["area"]), "fr", ground(fact("area")), {})
    assert (rendered.text, rendered.language) == ("Hello area in English", "en")
    assert "no 'fr' text" in rendered.notices[0]
    no_dutch = render(template("x", "Hoi {area}"), "nl", ground(fact("area", values={"en": "closed"})), {})
    assert no_dutch.text == "Hoi closed"
    assert "'area' has no 'nl' words" in no_dutch.notices[0]


@given(st.text().map(str.strip).filter(bool))
def test_whatever_a_value_holds_stays_literal(value: str) -> None:
    told = render(
        template("<{answer}|{initials}>"), "en", ground(), {"answer": value, "initials": "{answer}"}
    )
    assert told.text == f"<{value}|{{answer}}>"
    assert told.unfilled == ()


def test_an_expired_optional_fact_is_not_stated() -> None:
    old = fact("area", valid_until=NOW - timedelta(minutes=1))
    assert text("A.{area: In {area}.}", ground(old), optional=["area"]) == "A."


def test_placeholders_are_named_once_in_the_order_of_the_text() -> None:
    assert placeholders("{b} {a: {c} {b}}") == ("b", "a", "c")


@pytest.mark.parametrize("broken", ["{}", "{Name}", "a } b", "{mid_journey: open", "{x:}", "{ name }"])
def test_braces_that_do_not_add_up_are_refused_with_a_way_out(broken: str) -> None:
    with pytest.raises(WordingError, match="; "):
        placeholders(broken)
