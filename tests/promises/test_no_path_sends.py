"""No road sends words with a finding, without the yes they need, in a rehearsal, or during a pause."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests import factories
from tests.promises import acting
from tests.promises.paths import PATHS
from tests.promises.world import World, cases
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db, settings
from webcare.app import create_app

pytestmark = pytest.mark.usefixtures("written_database", "redis_url")


@dataclass(frozen=True)
class Ground:
    """The desk with one activation for real and one as a rehearsal: activating takes long."""

    desk: Desk
    activations: dict[bool, int]
    proof: str

    @property
    def stands(self) -> bool:
        """Return whether no other test has wiped the database since."""
        found = "SELECT 1 FROM agents WHERE id = :id AND email = :email"
        return bool(acting.rows(found, id=self.desk.cast.dev.agent_id, email=self.proof))


_kept: list[Ground] = []


@pytest.fixture
def ground(written_database: str, redis_url: str) -> Ground:
    if _kept and _kept[-1].stands:
        return _kept[-1]
    with db.transaction() as session:
        factories.quiet(session)
        cast = factories.cast(session)
        real, rehearsed = (
            factories.activated(session, cast.dev, mode=mode).id for mode in ("real", "rehearsal")
        )
    ((email,),) = acting.rows("SELECT email FROM agents WHERE id = :id", id=cast.dev.agent_id)
    _kept.append(Ground(Desk(create_app(settings.get()), cast), {False: real, True: rehearsed}, email))
    return _kept[-1]


@pytest.mark.parametrize("name", PATHS)
def test_words_leave_only_when_nothing_stands_in_the_way(
    ground: Ground, provider: StandIn, name: str
) -> None:
    path, left = PATHS[name], {}
    for case in cases():
        if path.applies(case):
            with World(ground.desk, provider, case, ground.activations) as world:
                path.go(world)
                left[case] = world.left()
    wrong = {case: count for case, count in left.items() if count != int(path.may_leave(case))}
    assert wrong == {}
    assert any(path.may_leave(case) for case in left) or path.is_never
