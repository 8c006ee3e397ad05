"""The stand-down checklist of every playbook that ships can be read, with what the desk adds."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from webcare import clock, playbooks
from webcare.queries import activations
from webcare.queries.standing_down import checklist


@pytest.mark.parametrize("slug", [each for each in playbooks.slugs(playbooks.shipped()) if each != "base"])
def test_every_playbook_has_its_own_criteria_and_the_two_of_the_desk(session: Session, slug: str) -> None:
    row = factories.activated(session, factories.cast(session).dev, slug)
    detail = activations.one(session, row.id)
    found = checklist(session, detail, clock.now())
    assert [each.key for each in found[-2:]] == ["updates_kept", "corrections_closed"]
    assert [each.key for each in found[:-2]] == [each.key for each in detail.stand_down]
    assert all(each.figure for each in found if each.is_met is not None)
