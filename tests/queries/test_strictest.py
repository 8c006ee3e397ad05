"""Where several overlap the strictest rule counts, by name; alone or apart there is nothing to say."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.scoped import QUICK, SILENT, SLOW, crises
from webcare.domain.coverage import Coverage
from webcare.queries import strictest

__all__ = ["crises"]


def test_the_strictest_of_real_playbooks_counts_and_rehearsals_stand_apart(session: Session) -> None:
    cast = factories.cast(session)
    ash = factories.activated(session, cast.dev)
    rehearsal = factories.activated(session, cast.dev, mode="rehearsal")
    assert strictest.of(session, ash) == ()
    safety = factories.activated(session, cast.dev, "safety-incident")
    found = {each.rule: each for each in strictest.of(session, ash)}
    assert found == {each.rule: each for each in strictest.of(session, safety)}
    assert strictest.of(session, rehearsal) == ()
    assert (found["replies"].value, [each["en"] for each in found["replies"].titles]) == (
        "allowlist-only",
        [safety.title["en"]],
    )
    assert found["U0"].value == "2 min"
    assert len(found["U0"].titles) == 2


@pytest.mark.usefixtures("crises")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Coverage(languages=("nl",)), Coverage(languages=("de",))),
        (Coverage(labels=("gold",)), Coverage(labels=("group tour",))),
        (Coverage(languages=("nl",), labels=("gold",)), Coverage(languages=("de",))),
    ],
)
def test_disjoint_scopes_make_nobody_stricter(
    session: Session, cast: Cast, one: Coverage, other: Coverage
) -> None:
    quick = factories.activated(session, cast.dev, QUICK, scope=one)
    silent = factories.activated(session, cast.dev, SILENT, scope=other)
    assert strictest.of(session, quick) == ()
    assert strictest.of(session, silent) == ()


@pytest.mark.usefixtures("crises")
def test_what_meets_in_a_conversation_is_said_though_the_scopes_are_apart(
    session: Session, cast: Cast
) -> None:
    quick = factories.activated(session, cast.dev, QUICK, scope=Coverage(labels=("gold",)))
    factories.activated(session, cast.dev, SILENT, scope=Coverage(labels=("group tour",)))
    factories.conversation(session, cast.team_id, labels=["gold", "group tour"])
    found = {each.rule: each for each in strictest.of(session, quick)}
    assert found["replies"].value == "hold"


@pytest.mark.usefixtures("crises")
def test_a_wide_one_meets_two_that_are_apart_in_two_places(session: Session, cast: Cast) -> None:
    post, mail = factories.inbox(session), factories.inbox(session)
    wide = factories.activated(session, cast.dev, QUICK)
    narrow = factories.activated(session, cast.dev, SILENT, scope=Coverage((post,)))
    other = factories.activated(session, cast.dev, SLOW, scope=Coverage((mail,)))
    found = strictest.of(session, wide)
    assert {each.among_words for each in found} == {
        f"{narrow.title['en']} + {wide.title['en']}",
        f"{other.title['en']} + {wide.title['en']}",
    }
    policies = {each.among_words: each.value for each in found if each.rule == "replies"}
    assert policies[f"{narrow.title['en']} + {wide.title['en']}"] == "hold"
    assert policies[f"{other.title['en']} + {wide.title['en']}"] != "hold"
    assert {each.among_words for each in strictest.of(session, other)} == {
        f"{other.title['en']} + {wide.title['en']}"
    }
