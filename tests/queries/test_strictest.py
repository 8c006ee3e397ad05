"""Beside each other the strictest rule counts, by name; alone there is nothing to say."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests import factories
from webcare.queries import strictest


def test_the_strictest_of_real_playbooks_counts_and_rehearsals_stand_apart(session: Session) -> None:
    factories.quiet(session)
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
