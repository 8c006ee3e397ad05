"""A broadcast says five things in two languages, names its facts by key, and is never cut in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from webcare.domain import broadcasts
from webcare.domain.broadcasts import Frame, Said
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import FactSpec
from webcare.domain.replies import Ground
from webcare.errors import Refused

NOW = datetime(2026, 4, 15, 12, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")


def spec(key: str, *, if_unknown: str | None = None) -> FactSpec:
    sentence = {"en": if_unknown, "nl": f"nl {if_unknown}"} if if_unknown else None
    help_ = {"en": "-", "nl": "-"}
    given = {"key": key, "kind": "status", "ttl_minutes": 60, "owner": "lead", "public": True}
    return FactSpec.model_validate({**given, "help": help_, "if_unknown": sentence})


SPECS = {
    "airspace": spec("airspace"),
    "restart": spec("restart", if_unknown="when we fly again; nobody knows yet"),
    "doing": spec("doing"),
    "next_update_at": spec("next_update_at"),
}


def fact(key: str, **values: Any) -> FactVersion:
    given: dict[str, Any] = {
        "version": 3,
        "values": {"en": f"{key} is closed", "nl": f"{key} is dicht"},
        "status": "confirmed",
        "source": "bulletin",
        "owner": "lead",
        "kind": "status",
        "verified_by": ("1",),
        "verified_at": NOW - timedelta(minutes=5),
        "valid_until": NOW + timedelta(hours=1),
        **values,
    }
    return FactVersion(key, **given)


def frame(*facts: FactVersion, private: frozenset[str] = frozenset()) -> Frame:
    ground = Ground(SPECS, {}, {each.key: each for each in facts}, NOW)
    return Frame(ground, private, "14:30 CEST", "15:00 CEST")


def said(**parts: str) -> Said:
    given = {"know": "The airspace is closed", "dont_know": "When it opens", "doing": "D" * 60, **parts}
    return broadcasts.say("en", {**given, "you_can": "Please stay at home."}, frame())


def test_the_words_of_a_fact_come_from_the_register_in_each_language() -> None:
    ground = frame(fact("airspace"))
    for language, words in (("en", "The airspace is closed."), ("nl", "The airspace is dicht.")):
        found = broadcasts.say(language, {"know": "The {airspace}."}, ground)
        assert (found.words["know"], found.facts, found.problems) == (words, {"airspace": 3}, ())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"valid_until": NOW}, "expired"),
        ({"status": "retracted"}, "was retracted"),
        ({"verified_by": ()}, "not verified"),
        ({"status": "unknown"}, "no sentence for that"),
    ],
)
def test_a_fact_that_does_not_hold_blocks_by_name(values: dict[str, Any], words: str) -> None:
    found = broadcasts.say("en", {"know": "{airspace}"}, frame(fact("airspace", **values)))
    assert len(found.problems) == 1
    assert words in found.problems[0]
    assert "'airspace'" in found.problems[0]


def test_a_fact_nobody_entered_and_one_nobody_knows_of_block() -> None:
    missing = broadcasts.say("en", {"know": "{airspace}"}, frame())
    assert "is not on the desk yet" in missing.problems[0]
    odd = broadcasts.say("en", {"know": "{airspce}"}, frame())
    assert "did you mean 'airspace'?" in odd.problems[0]


def test_a_fact_that_is_not_for_the_public_blocks() -> None:
    found = broadcasts.say(
        "en", {"know": "{airspace}"}, frame(fact("airspace"), private=frozenset({"airspace"}))
    )
    assert "not for the public" in found.problems[0]


def test_unknown_says_so_honestly_and_never_shows_a_brace() -> None:
    unknown = fact("restart", status="unknown", verified_by=(), verified_at=None, valid_until=None)
    found = broadcasts.say("en", {"dont_know": "{restart}"}, frame(unknown))
    assert found.words["dont_know"] == "when we fly again; nobody knows yet"
    assert found.problems == ()
    assert found.facts == {"restart": 3}


def test_a_likely_fact_says_that_it_is_not_sure() -> None:
    found = broadcasts.say("nl", {"know": "{airspace}"}, frame(fact("airspace", status="likely")))
    assert "nog niet bevestigd" in found.words["know"]


def test_the_promised_moment_is_this_broadcasts_own_and_not_the_old_fact() -> None:
    old = fact("next_update_at", values={"en": "14:00 CEST", "nl": "14:00 CEST"}, valid_until=NOW)
    found = broadcasts.say("en", {"text": "No change at {as_of}. Next {next_update_at}."}, frame(old))
    assert found.words["text"] == "No change at 14:30 CEST. Next 15:00 CEST."
    assert found.problems == ()


def test_a_loose_brace_is_named_with_its_part() -> None:
    found = broadcasts.say("en", {"know": "closed {Airspace"}, frame())
    assert found.problems[0].startswith("know (en): the brace near")


def test_without_a_limit_all_five_parts_stand() -> None:
    whole = broadcasts.compose(said(), None)
    assert whole.text.splitlines() == [
        "What we know (14:30 CEST): The airspace is closed.",
        "What we don't know: When it opens.",
        f"What we're doing: {'D' * 60}.",
        "What you can do: Please stay at home.",
        "Next update 15:00 CEST, also if nothing changes.",
    ]
    assert whole.dropped == ()


@pytest.mark.parametrize(
    ("limit", "dropped"),
    [
        (300, ()),
        (200, ("doing",)),
        (150, ("doing", "dont_know")),
        (110, ("doing", "dont_know", "you_can")),
    ],
)
def test_a_short_channel_drops_whole_parts_in_a_fixed_order(limit: int, dropped: tuple[str, ...]) -> None:
    made = broadcasts.compose(said(), limit)
    assert made.dropped == dropped
    assert made.fits
    assert set(made.text.splitlines()) <= set(broadcasts.compose(said(), None).text.splitlines())
    assert made.text.endswith("Next update 15:00 CEST, also if nothing changes.")


def test_what_does_not_fit_even_so_is_said_and_not_cut() -> None:
    made = broadcasts.compose(said(), 60)
    assert not made.fits
    assert "What we know" in made.text


def test_a_language_is_whole_or_absent() -> None:
    five = dict.fromkeys(broadcasts.PARTS, "words")
    assert list(broadcasts.complete("update", {"en": five, "nl": {}})) == ["en"]
    with pytest.raises(Refused) as half:
        broadcasts.complete("update", {"en": five, "nl": {"know": "woorden"}})
    assert [each.partition(":")[0] for each in half.value.reasons] == [
        "dont_know_nl",
        "doing_nl",
        "you_can_nl",
    ]
    with pytest.raises(Refused):
        broadcasts.complete("post", {})


def test_moments_are_absolute_with_their_zone_and_with_their_day_unless_today() -> None:
    assert broadcasts.in_words(NOW + timedelta(hours=1), NOW, ZONE) == "15:30 CEST"
    assert broadcasts.in_words(NOW + timedelta(hours=12), NOW, ZONE) == "16-04 02:30 CEST"


def test_a_clock_time_is_read_in_the_zone_and_the_skipped_hour_is_refused() -> None:
    naive = datetime.fromisoformat("2026-04-15T15:00")
    assert broadcasts.as_moment(naive, ZONE) == datetime(2026, 4, 15, 13, tzinfo=UTC)
    with pytest.raises(Refused, match="the clock skips it"):
        broadcasts.as_moment(datetime.fromisoformat("2026-03-29T02:30"), ZONE)


def test_an_empty_form_begins_with_the_facts_that_the_playbook_has() -> None:
    found = broadcasts.starting([spec("airspace_status"), spec("doing")])
    assert found == {"know": "{airspace_status}", "dont_know": "", "doing": "{doing}", "you_can": ""}
