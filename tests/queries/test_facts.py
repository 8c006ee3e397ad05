"""The board shows every fact that a playbook asks for, also the ones that nobody entered yet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import clock
from webcare.queries import facts
from webcare.services import facts as written


def test_the_board_lists_missing_facts_and_who_depends_on_them(session: Session, cast: Cast) -> None:
    at = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, at, "airspace_status")
    rows = {row.key: row for row in facts.board(session, clock.now()) if row.activation_id == at}
    assert (rows["med_contact"].state, rows["med_contact"].dependants) == ("missing", ("volc.med",))
    assert rows["airspace_status"].state == "valid"
    assert "volc.status.update" in rows["airspace_status"].dependants
    assert rows["airspace_status"].activation_title["nl"] == "Vulkaanas"


def test_of_two_activations_the_last_word_counts_even_a_retraction(session: Session, cast: Cast) -> None:
    inbox = factories.inbox(session)
    ash = factories.activated(session, cast.dev).id
    base = factories.activated(session, cast.dev, "base").id
    factories.fact(session, cast.amina, ash, "situation")
    last = factories.fact(session, cast.amina, base, "situation", said={"en": "b", "nl": "b"})
    assert last.version == 2
    assert facts.in_force(session, inbox)["situation"].values["en"] == "b"
    written.retract(session, cast.amina, base, "situation", "wrong")
    assert facts.in_force(session, inbox)["situation"].status == "retracted"


def test_without_an_activation_nothing_is_in_force(session: Session) -> None:
    assert facts.in_force(session, factories.inbox(session)) == {}
